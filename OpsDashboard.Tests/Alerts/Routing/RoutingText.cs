using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Alerts.Routing;

/// <summary>Reads routing as the catalogue would.</summary>
static class RoutingText
{
    public static CatalogueReading Read(string routing, string? extras = null)
    {
        var texts = new Dictionary<string, string> { ["environments/test.yml"] = "variables: { mail: ops@example.com }", ["alertmanager.yml"] = routing };
        if (extras is not null)
            texts["alertmanager.ops.yml"] = extras;
        return new CatalogueReader([], [], rootDocuments: [new RoutingFile(), new ReceiverExtrasFile()]).Read(new(texts, []), "test", new Dictionary<string, string>());
    }

    public static CatalogueSnapshot Snapshot(string routing, string? extras = null)
    {
        var reading = Read(routing, extras);
        var problems = reading.Problems.Where(problem => !problem.IsWarning).ToArray();
        return problems.Length > 0 ? throw new InvalidOperationException(string.Join('\n', problems.Select(problem => problem.ToString()))) : new(1, "", "test", [], []) { Documents = reading.Documents };
    }

    public static RoutingTable Table(string routing, string? extras = null) => RoutingTable.Of(Snapshot(routing, extras));

    public static string ShippedFolder => Path.Combine(RunningProgram.SolutionFolder(), "OpsDashboard", "Systems");
}
