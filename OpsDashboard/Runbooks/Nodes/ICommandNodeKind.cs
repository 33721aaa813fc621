using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Nodes;

/// <summary>One kind of node on which commands run. Thread-safe. Registered with <c>services.AddNodeKind&lt;T&gt;()</c>.</summary>
public interface ICommandNodeKind : INodeKind
{
    /// <summary>Where that is, for people: <c>cg-api (ssh ops@10.0.0.4)</c>. Pure.</summary>
    string Describe(Node node);

    /// <summary>Why no command can run there as things are set, in a sentence; null: it can. Pure.</summary>
    string? Problem(Node node) => null;

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
