using System.Text.RegularExpressions;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>Systems/METRICS.md is what others write KPIs and rules against: it names exactly what the targets expose.</summary>
public sealed partial class MetricsTableTests
{
    static readonly Dictionary<string, string> Headings = new()
    {
        ["case-opening"] = "case-opening",
        ["dnd-companion"] = "dnd-companion",
        ["liap-tui"] = "liap-tui",
        ["nba-projections"] = "nba-projections",
        ["quantum-nexus"] = "quantum-nexus",
        ["Every application"] = "*",
        ["Every host (component `host`, names of the Prometheus node exporter)"] = "*",
    };

    [Fact]
    public async Task Table_NamesEverythingThatIsExposed()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Run(5);
        var table = Table();
        foreach (var system in fleet.Fleet.Systems)
        {
            var named = table["*"].Concat(table[system.Id]).ToHashSet();
            Assert.Subset(named, Exposed(system.Expositions()));
            Assert.Empty(table[system.Id].Except(Exposed(system.Expositions())).Except(["frame_rate", "rum_satisfaction_score"]));
        }
        var all = fleet.Fleet.Systems.SelectMany(system => Exposed(system.Expositions())).ToHashSet();
        Assert.Subset(all, table["*"]);
    }

    static HashSet<string> Exposed(IEnumerable<string> expositions) =>
        [.. expositions.SelectMany(page => TypeLine().Matches(page)).Select(match => match.Groups[1].Value)];

    static Dictionary<string, HashSet<string>> Table()
    {
        var table = Headings.Values.Distinct().ToDictionary(name => name, _ => new HashSet<string>());
        string? section = null;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Systems", "METRICS.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = Headings.GetValueOrDefault(line[3..]);
            else if (section is not null && line.StartsWith("| `", StringComparison.Ordinal))
                table[section].UnionWith(Quoted().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value));
        }
        return table;
    }

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex("`([a-z_A-Z0-9]+)`")]
    private static partial Regex Quoted();
}
