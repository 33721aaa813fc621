using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Nodes;

/// <summary>One kind of node on which commands run. Thread-safe. Registered with <c>services.AddNodeKind&lt;T&gt;()</c>.</summary>
public interface ICommandNodeKind : INodeKind
{
    /// <summary>Where that is, for people: <c>cg-api (ssh ops@10.0.0.4)</c>. Pure.</summary>
    string Describe(Node node);

    /// <summary>The node itself. Does not touch the network before a command runs.</summary>
    ICommandNode Open(Node node);
}

public static class NodeKindRegistration
{
    public static IServiceCollection AddNodeKind<T>(this IServiceCollection services) where T : class, ICommandNodeKind => services
        .AddSingleton<T>()
        .AddSingleton<ICommandNodeKind>(provider => provider.GetRequiredService<T>())
        .AddSingleton<INodeKind>(provider => provider.GetRequiredService<T>());
}

/// <summary>The nodes of the catalogue with whoever runs commands there. Thread-safe.</summary>
/// <param name="catalogue">Asked late: reading the catalogue needs the step kinds, which need this.</param>
public sealed class CommandNodes(Func<ICatalogue> catalogue, IEnumerable<ICommandNodeKind> kinds)
{
    readonly Dictionary<string, ICommandNodeKind> byKind = kinds.ToDictionary(kind => kind.Kind);

    public string Environment => catalogue().Current.Environment;

    /// <summary>Null where this environment defines no such node.</summary>
    public ICommandNode? Open(string id) => catalogue().Current.FindNode(id) is { } node && byKind.TryGetValue(node.Kind, out var kind) ? kind.Open(node) : null;

    /// <summary>Null where this environment defines no such node.</summary>
    public string? Describe(string id) => catalogue().Current.FindNode(id) is { } node && byKind.TryGetValue(node.Kind, out var kind) ? kind.Describe(node) : null;
}
