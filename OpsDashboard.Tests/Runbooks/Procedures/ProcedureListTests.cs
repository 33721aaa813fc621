using OpsDashboard.Alerts;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Steps;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>Systems/PROCEDURES.md says where each procedure of the guides is, and the alerts lead there.</summary>
public sealed class ProcedureListTests
{
    static readonly CatalogueReading Shipped = ShippedRunbooks.Read("production", ShippedKinds.All, new Dictionary<string, string>());

    [Fact]
    public void List_NamesEveryRunbook_WithTheLinesThatItSaysItself()
    {
        var shipped = ShippedRunbooks.Of(Shipped).Select(runbook => $"{runbook.SystemId}: {runbook.Source} -> {runbook.Name}");
        Assert.Equal(shipped.Order(StringComparer.Ordinal), Listed().Where(row => row.Runbook is not null).Select(row => $"{row.System}: {row.Lines} -> {row.Runbook}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void List_SaysOfTheOthersWhyTheyAreNone() =>
        Assert.All(Listed().Where(row => row.Runbook is null), row => Assert.True(row.Where.Length > 10, row.Lines));

    [Fact]
    public void EveryRule_OffersARunbook_OrSaysWhyItIsOff()
    {
        var count = 0;
        foreach (var system in Shipped.Systems)
        {
            foreach (var rule in system.Document<RuleDocument>()!.Groups.SelectMany(group => group.Rules).OfType<AlertRule>())
            {
                var extras = system.Document<RuleOpsDocument>()!.Of(system.Id, rule);
                Assert.True(extras.Off is { Length: > 20 } || extras.Runbooks.Count > 0, rule.Id);
                Assert.All(extras.Runbooks, name => Assert.NotNull(system.Document<RunbookDocument>()!.Find(name)));
                count++;
            }
        }
        Assert.True(count > 25);
    }

    [Fact]
    public void InProduction_EveryStepNamesWhatTheGuidesName()
    {
        ReadCatalogue? catalogue = null;
        var kinds = ShippedKinds.Of(() => catalogue!);
        var reading = ShippedRunbooks.Read("production", kinds, new Dictionary<string, string>());
        catalogue = new(reading, "production");
        var planner = new Planner(new(kinds.Cast<IStepExecutor>()), catalogue);
        var targets = new HashSet<string>();
        foreach (var runbook in ShippedRunbooks.Of(reading))
        {
            var plan = planner.Make(runbook, new Dictionary<string, string> { ["room"] = "ROOM_7", ["transaction"] = "0x1" }.Where(pair => runbook.Parameters.Any(parameter => parameter.Name == pair.Key)).ToDictionary(), null);
            Assert.DoesNotContain(plan.Steps, step => step.Plan.Command.Any(part => part.Contains("127.0.0.1", StringComparison.Ordinal)));
            // Nodes and addresses that no guide names are the team's to fill in; the preview says which.
            Assert.All(plan.Problems, problem => Assert.Matches("defines no node [a-z-]+\\.$|There is no (such|database) address in this environment\\.$", problem));
            targets.UnionWith(plan.Steps.Where(step => step.Plan.Problem is null).Select(step => step.Plan.Target));
        }
        Assert.Superset(new HashSet<string> { "api.example.com", "api.yourdomain.com", "yourdomain.com", "localhost:5050", "api.nba-stat-projections.com", "dnd@postgres:5432/dnd_companion" }, targets);
    }

    [Fact]
    public void HandedOverWork_NamesItsOwner()
    {
        var manual = ShippedRunbooks.Of(Shipped).SelectMany(runbook => runbook.Steps.Where(step => step.Name.StartsWith("hand-over", StringComparison.Ordinal)).Select(step => (runbook.Id, Options: (ManualOptions)step.Options))).ToArray();
        Assert.NotEmpty(manual);
        Assert.All(manual, each => Assert.True(each.Options.NeedsEvidence && each.Options.Instruction.Source.Contains("Owner", StringComparison.Ordinal), each.Id));
    }

    static IEnumerable<(string System, string Lines, string Where, string? Runbook)> Listed()
    {
        var system = "";
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Systems", "PROCEDURES.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                system = line[3..];
            else if (line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| guide", StringComparison.Ordinal) && line.Split('|') is [_, var lines, _, var where, _])
                yield return (system, lines.Trim(), where.Trim(), where.Trim() is ['`', .. var name, '`'] && !name.Contains('`') ? name : null);
        }
    }
}
