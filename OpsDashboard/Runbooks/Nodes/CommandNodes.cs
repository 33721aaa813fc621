using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Nodes.Sets;

namespace OpsDashboard.Runbooks.Nodes;

/// <summary>The nodes of the catalogue, and the sets of them, with whoever runs commands there. Thread-safe.</summary>
/// <param name="catalogue">Asked late: reading the catalogue needs the step kinds, which need this.</param>
/// <param name="health">Asked late too; null: nobody looks at what runs on the nodes.</param>
public sealed class CommandNodes(Func<ICatalogue> catalogue, IEnumerable<ICommandNodeKind> kinds, Func<IPartHealth>? health = null)
{
    readonly Dictionary<string, ICommandNodeKind> byKind = kinds.ToDictionary(kind => kind.Kind);

    public string Environment => catalogue().Current.Environment;

    /// <summary>Null where this environment defines no such node.</summary>
    public ICommandNode? Open(string id) => Find(id) is var (node, kind) ? kind.Open(node) : null;

    public NodeSet? FindSet(string id) => catalogue().Current.NodeSets.FirstOrDefault(set => set.Id == id);

    public SetHealth HealthOf(NodeSet set)
    {
        if (health is null)
            return SetHealth.None(set);
        var parts = set.NodeIds.Select(catalogue().Current.FindNode).OfType<Node>().Where(node => node.Part is not null).ToDictionary(node => node.Id, node => node.Part!);
        return new(set, parts, part => health().Of(part.SystemId, part.ComponentId, part.Instance));
    }

    /// <summary>Where a node or a set of them is, for people.</summary>
    public string Describe(string id) => FindSet(id) is { } set ? $"{id}: {string.Join(", ", set.NodeIds.Select(Describe))}; {Words(set)}" : Find(id) is var (node, kind) ? kind.Describe(node) : id;

    /// <summary>Why no command can run on the node, or on one of the set; null: it can.</summary>
    public string? Problem(string id) => FindSet(id) is { } set ? set.NodeIds.Select(Problem).FirstOrDefault(problem => problem is not null)
        : Find(id) is var (node, kind) ? kind.Problem(node)
        : $"The environment {Environment} defines no node {id}.";

    /// <summary>The node of a command that an earlier process may have begun; null where it cannot be looked for from here.</summary>
    internal ICommandNode? Open(StepHandle handle) =>
        Find(handle.NodeId) is var (node, kind) && (kind is not Local.LocalNodeKind || handle.Machine == System.Environment.MachineName) ? kind.Open(node) : null;

    (Node Node, ICommandNodeKind Kind)? Find(string id) => catalogue().Current.FindNode(id) is { } node && byKind.TryGetValue(node.Kind, out var kind) ? (node, kind) : null;

    string Words(NodeSet set) =>
        $"{set.BatchSize} at a time{(set.HasCanary ? $", {set.NodeIds[0]} first and alone" : "")}{(set.MinimumHealthy > 0 ? $", never fewer than {set.MinimumHealthy} of {set.NodeIds.Count} healthy{Doubt(HealthOf(set))}" : "")}";

    static string Doubt(SetHealth health) => health.Unverified is { Count: > 0 } nodes
        ? $" (which cannot be verified of {string.Join(", ", nodes)}: no component or target is named for {(nodes.Count == 1 ? "it" : "them")}, so only {(nodes.Count == 1 ? "its" : "their")} failing here counts)"
        : ", which is looked at before each batch";
}
