using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Nodes;
using OpsDashboard.Runbooks.Reading;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>The shipped systems with their rules and runbooks; targets, KPIs and dashboards stand elsewhere.</summary>
static class ShippedRunbooks
{
    public static readonly PromQlSyntax Syntax = new();

    public static CatalogueReading Read(string environment, IEnumerable<IStepKind> kinds, IReadOnlyDictionary<string, string> variables, params INodeKind[] nodes)
    {
        var files = CatalogueFiles.Read(CatalogueOptions.ShippedPath).Texts.Where(file => !file.Key.EndsWith("/targets.yml", StringComparison.Ordinal)).ToDictionary();
        return new CatalogueReader([], [new RuleFile(Syntax), new RuleOpsFile(Syntax)], Syntax, folders: [new RunbookFolder(new(kinds, Syntax))], nodeKinds: nodes).Read(new(files, []), environment, variables);
    }

    public static IEnumerable<Runbook> Of(CatalogueReading reading) => reading.Systems.SelectMany(system => system.Document<RunbookDocument>()!.Runbooks);
}

/// <summary>A catalogue that is what was read.</summary>
sealed class ReadCatalogue(CatalogueReading reading, string environment) : ICatalogue
{
    public CatalogueSnapshot Current { get; } = new(1, "", environment, reading.Systems, []) { Nodes = reading.Nodes, NodeSets = reading.NodeSets };

    public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => throw new NotSupportedException();
}
