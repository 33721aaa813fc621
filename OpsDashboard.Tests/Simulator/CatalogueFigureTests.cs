using System.Text.RegularExpressions;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>What the shipped KPIs, rules and dashboards ask for exists: a misspelt metric would draw an empty chart and raise no error.</summary>
public sealed partial class CatalogueFigureTests
{
    static readonly string Systems = Path.Combine(AppContext.BaseDirectory, "Systems");

    /// <summary>Series that collectors, beacons and rules write, not the programs.</summary>
    static readonly string[] Collected = ["up", "collector_", "probe_", "frame_rate", "rum_", "postgres_", "redis_", "http_probe_", "host_", "json_", "sql_", "heartbeat_", "ALERTS", "watched"];

    [Theory]
    [InlineData("case-opening")]
    [InlineData("dnd-companion")]
    [InlineData("liap-tui")]
    [InlineData("nba-projections")]
    [InlineData("quantum-nexus")]
    public async Task Expressions_NameMetricsThatAreExposed(string system)
    {
        await using var fleet = new SimulatedFleet();
        var exposed = fleet.Fleet.Find(system)!.Expositions().SelectMany(page => TypeLine().Matches(page))
            .SelectMany(match => Names(match.Groups[1].Value, match.Groups[2].Value)).ToHashSet();
        // What is counted from log lines is named where the lines are.
        exposed.UnionWith(Counter().Matches(await File.ReadAllTextAsync(Path.Combine(Systems, system, "logs.yml"))).Select(match => match.Groups[1].Value));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Systems, system), "*.yml", SearchOption.AllDirectories))
        {
            var named = Selector().Matches(await File.ReadAllTextAsync(file)).Select(match => match.Groups[1].Value)
                .Where(name => !Collected.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
            Assert.Subset(exposed, named.ToHashSet());
        }
    }

    [Fact]
    public async Task Environments_GiveEveryVariableAValue()
    {
        await using var fleet = new SimulatedFleet();
        var used = Directory.EnumerateFiles(Systems, "*.yml", SearchOption.AllDirectories).SelectMany(file => Variable().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).ToHashSet();
        foreach (var environment in Directory.EnumerateFiles(Path.Combine(Systems, "environments")))
            Assert.Equal(used.Order(), Entry().Matches(await File.ReadAllTextAsync(environment)).Select(match => match.Groups[1].Value).Order());
        Assert.Subset(used, fleet.Fleet.Addresses.Select(address => address.Variable).ToHashSet());
    }

    static string[] Names(string name, string type) => type == "histogram" ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"] : [name];

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^  - metric: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Counter();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)\{[^{]*?system=""")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\$\{([a-z_]+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex("^  ([a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
