namespace OpsDashboard.Catalogue;

/// <summary>
/// Nodes that do the same work, and how they may be worked on without taking it away. The environment defines it (<c>environments/&lt;name&gt;.yml</c>):
/// <code>
/// nodeSets:
///   cg-apis: { nodes: [api-1, api-2], batch: 1, canary: true, pause: 30s, maxFailures: 0, minimumHealthy: 1 }
/// </code>
/// </summary>
/// <param name="NodeIds">In the order in which they are worked on.</param>
/// <param name="BatchSize">So many at once.</param>
/// <param name="HasCanary">The first goes alone, and nothing follows if it fails.</param>
/// <param name="Pause">Between two batches.</param>
/// <param name="MaxFailures">So many nodes may fail before nothing more is begun.</param>
/// <param name="MinimumHealthy">So many must stay untouched and healthy at any time; of a node that says what runs there (<see cref="NodePart"/>), health says whether it is.</param>
public sealed record NodeSet(string Id, IReadOnlyList<string> NodeIds, int BatchSize, bool HasCanary, TimeSpan Pause, int MaxFailures, int MinimumHealthy, string File, int Line);
