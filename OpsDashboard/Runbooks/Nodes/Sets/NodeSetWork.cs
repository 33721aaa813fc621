using System.Collections.Concurrent;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks.Nodes.Streams;

namespace OpsDashboard.Runbooks.Nodes.Sets;

/// <param name="Result">Null: it was not begun.</param>
public sealed record NodeOutcome(string NodeId, CommandResult? Result);

/// <summary>Works through the nodes of a set as <see cref="Rollout"/> says.</summary>
/// <param name="run">Runs the command on one node.</param>
/// <param name="isGood">Whether a result counts as success.</param>
public sealed class NodeSetWork(NodeSet set, SetHealth health, Func<string, CancellationToken, Task<CommandResult>> run, Func<CommandResult, bool> isGood, TimeProvider clock)
{
    static readonly TimeSpan LookPause = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<string, DateTimeOffset> endedAt = new();
    readonly ConcurrentDictionary<string, CommandResult> results = new();

    /// <returns>Why it stopped before all were done, or null.</returns>
    public async Task<string?> RunAsync(Action<string> say, CancellationToken stop)
    {
        var rollout = new Rollout(set);
        long? batchEndedAt = null;
        var said = "";
        while (true)
        {
            var progress = results.ToDictionary(pair => pair.Key, pair => isGood(pair.Value) ? NodeProgress.Succeeded : NodeProgress.Failed);
            switch (rollout.Next(progress, health.Unhealthy(endedAt), batchEndedAt is { } at ? clock.GetElapsedTime(at) : null))
            {
                case RolloutStep.Start(var ids):
                    say($"Begins on {string.Join(", ", ids)}; {results.Count} of {set.NodeIds.Count} nodes are done.");
                    await Task.WhenAll(ids.Select(id => WorkAsync(id, stop)));
                    batchEndedAt = clock.GetTimestamp();
                    stop.ThrowIfCancellationRequested();
                    break;
                case RolloutStep.Wait({ } pause, var why):
                    say(why);
                    await Task.Delay(pause, clock, stop);
                    break;
                case RolloutStep.Wait(null, var why) when health.IsWatched:
                    // Once a reason, not once a look.
                    if (why != said)
                        say($"Waits: {why}");
                    said = why;
                    await Task.Delay(LookPause, clock, stop);
                    break;
                // Nothing looks at the nodes between two batches: what is not enough now will not be by itself.
                case RolloutStep.Wait(null, var why):
                    return why;
                case RolloutStep.Stop(var why):
                    return why;
                default:
                    return null;
            }
        }
    }

    async Task WorkAsync(string id, CancellationToken stop)
    {
        results[id] = await run(id, stop);
        endedAt[id] = clock.GetUtcNow();
    }

    /// <summary>In the set's order.</summary>
    public IReadOnlyList<NodeOutcome> Outcomes => [.. set.NodeIds.Select(id => new NodeOutcome(id, results.GetValueOrDefault(id)))];
}
