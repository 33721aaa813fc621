using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Nodes.Sets;

public enum NodeProgress { Running, Succeeded, Failed }

/// <summary>What to do next with a set of nodes.</summary>
public abstract record RolloutStep
{
    public sealed record Start(IReadOnlyList<string> NodeIds) : RolloutStep;

    /// <param name="For">Null: until something changes.</param>
    public sealed record Wait(TimeSpan? For, string Why) : RolloutStep;

    /// <summary>Nothing more is begun; what runs goes on to its end.</summary>
    public sealed record Stop(string Why) : RolloutStep;

    public sealed record Done : RolloutStep;
}

/// <summary>How a set of nodes is worked through. Pure.</summary>
public sealed class Rollout(NodeSet set)
{
    /// <param name="results">Of the nodes that were begun.</param>
    /// <param name="unhealthy">Nodes that do not do their work now, and why.</param>
    /// <param name="sinceBatch">Since the last batch ended; null: none has.</param>
    public RolloutStep Next(IReadOnlyDictionary<string, NodeProgress> results, IReadOnlyDictionary<string, string> unhealthy, TimeSpan? sinceBatch)
    {
        var failed = set.NodeIds.Where(id => Is(id, NodeProgress.Failed)).ToArray();
        if (set.HasCanary && failed.Contains(set.NodeIds[0]))
            return new RolloutStep.Stop($"The first node, {set.NodeIds[0]}, failed: the others were left alone.");
        if (failed.Length > set.MaxFailures)
            return new RolloutStep.Stop($"{failed.Length} of {set.NodeIds.Count} nodes failed ({string.Join(", ", failed)}); {(set.MaxFailures == 0 ? "none" : $"at most {set.MaxFailures}")} may.");
        var running = set.NodeIds.Count(id => Is(id, NodeProgress.Running));
        if (running > 0)
            return new RolloutStep.Wait(null, $"{running} of {set.NodeIds.Count} nodes are being worked on.");
        var left = set.NodeIds.Where(id => !results.ContainsKey(id)).ToArray();
        if (left.Length == 0)
            return new RolloutStep.Done();
        if (sinceBatch < set.Pause)
            return new RolloutStep.Wait(set.Pause - sinceBatch, "The pause between two batches.");
        if (set.NodeIds.FirstOrDefault(id => Is(id, NodeProgress.Succeeded) && unhealthy.ContainsKey(id)) is { } back)
            return new RolloutStep.Wait(null, $"{back} is not healthy again yet: {unhealthy[back]}.");
        return Begin(left, [.. set.NodeIds.Where(id => !unhealthy.ContainsKey(id) && !failed.Contains(id))], unhealthy, isFirst: results.Count == 0);

        bool Is(string id, NodeProgress progress) => results.TryGetValue(id, out var found) && found == progress;
    }

    RolloutStep Begin(IReadOnlyList<string> left, HashSet<string> healthy, IReadOnlyDictionary<string, string> unhealthy, bool isFirst)
    {
        var batch = new List<string>();
        var staying = healthy.Count;
        foreach (var id in left.Take(isFirst && set.HasCanary ? 1 : set.BatchSize))
        {
            // One that does no work now takes none away.
            var after = healthy.Contains(id) ? staying - 1 : staying;
            if (healthy.Contains(id) && after < set.MinimumHealthy)
                break;
            staying = after;
            batch.Add(id);
        }
        return batch.Count > 0
            ? new RolloutStep.Start(batch)
            : new RolloutStep.Wait(null, $"Taking {left[0]} would leave {staying - 1} of {set.NodeIds.Count} nodes healthy; at least {set.MinimumHealthy} must be.{string.Concat(unhealthy.Where(pair => pair.Key != left[0]).Select(pair => $" {pair.Key}: {pair.Value}."))}");
    }
}
