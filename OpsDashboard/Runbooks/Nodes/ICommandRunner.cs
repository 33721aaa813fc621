using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks.Nodes;

/// <param name="Argv">The program and its arguments, each by itself; no shell reads them.</param>
public sealed record NodeCommand(IReadOnlyList<string> Argv, IReadOnlyDictionary<string, string> Environment);

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Null: it did not end, or nobody saw it.</param>
/// <param name="Problem">Why there is no exit code, in a sentence.</param>
/// <param name="HasBegun">Whether it may have done something.</param>
public sealed record CommandEnd(int? ExitCode, string? Problem = null, bool HasBegun = true);

/// <summary>
/// Runs commands on the nodes of one kind. Thread-safe. A new kind is one file in <c>Nodes/</c>, registered with <c>services.AddNodeKind&lt;T&gt;()</c>.
/// </summary>
public interface ICommandRunner : INodeKind
{
    /// <summary>Where that is, for people: <c>cg-api (ssh ops@10.0.0.4)</c>. Pure.</summary>
    string Describe(Node node);

    /// <summary>Runs it to its end. Output goes out line by line. When stopped, it ends the command with all that it began, verifies that, and throws <see cref="OperationCanceledException"/>.</summary>
    Task<CommandEnd> RunAsync(Node node, NodeCommand command, IStepOutput output, CancellationToken stop);
}

public static class NodeKindRegistration
{
    public static IServiceCollection AddNodeKind<T>(this IServiceCollection services) where T : class, ICommandRunner => services
        .AddSingleton<T>()
        .AddSingleton<ICommandRunner>(provider => provider.GetRequiredService<T>())
        .AddSingleton<INodeKind>(provider => provider.GetRequiredService<T>());
}

/// <summary>The nodes of the catalogue with whoever runs commands there. Thread-safe.</summary>
/// <param name="catalogue">Asked late: reading the catalogue needs the step kinds, which need this.</param>
public sealed class Nodes(Func<ICatalogue> catalogue, IEnumerable<ICommandRunner> runners)
{
    readonly Dictionary<string, ICommandRunner> byKind = runners.ToDictionary(runner => runner.Kind);

    /// <summary>Null where this environment defines no such node.</summary>
    public (Node Node, ICommandRunner Runner)? Find(string id) =>
        catalogue().Current.FindNode(id) is { } node && byKind.TryGetValue(node.Kind, out var runner) ? (node, runner) : null;

    public string Environment => catalogue().Current.Environment;
}
