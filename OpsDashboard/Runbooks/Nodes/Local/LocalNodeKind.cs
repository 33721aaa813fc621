using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Nodes.Local;

/// <summary><c>{ kind: local }</c>: the dashboard's own machine.</summary>
public sealed class LocalNodeKind(NodesOptions options, TimeProvider clock) : ICommandNodeKind
{
    public const string Name = "local";

    readonly LocalNode local = new(options, clock);

    public string Kind => Name;

    public object ReadOptions(YamlMap node) => Name;

    public string Describe(Node node) => $"{node.Id} (the dashboard's own machine)";

    public string? Problem(Node node) => options.AllowLocal ? null : LocalNode.NotAllowed;

    public ICommandNode Open(Node node) => local;
}
