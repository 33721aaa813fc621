using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Nodes.Sets;

/// <summary>Which nodes of a set do their work now, as far as they say what runs there. Thread-safe.</summary>
/// <param name="part">Health of what runs there.</param>
public sealed class SetHealth(NodeSet set, IReadOnlyDictionary<string, NodePart> parts, Func<NodePart, PartHealth?> part)
{
    /// <summary>Nothing is known of any node.</summary>
    public static SetHealth None(NodeSet set) => new(set, new Dictionary<string, NodePart>(), _ => null);

    /// <summary>Health is asked: some node has to stay, and of one at least it is known what runs there.</summary>
    public bool IsWatched => set.MinimumHealthy > 0 && parts.Count > 0;

    /// <summary>Nodes of which nobody said what runs there; they count as healthy until the step fails on them.</summary>
    public IReadOnlyList<string> Unverified => [.. set.NodeIds.Where(id => !parts.ContainsKey(id))];

    /// <summary>Why a node does not do its work, by its id; those that do are missing.</summary>
    /// <param name="endedAt">When the work on a node ended: what was seen before says nothing of it.</param>
    public IReadOnlyDictionary<string, string> Unhealthy(IReadOnlyDictionary<string, DateTimeOffset> endedAt)
    {
        var why = new Dictionary<string, string>();
        if (!IsWatched)
            return why;
        foreach (var (id, carried) in parts)
        {
            if (part(carried) is not { } seen)
                why[id] = $"nothing is known of {carried}";
            else if (endedAt.TryGetValue(id, out var ended) && seen.SeenAt <= ended)
                why[id] = $"{carried} was not looked at since";
            else if (seen.State.Health is not (Health.Ok or Health.Warning))
                why[id] = seen.State.Reason;
        }
        return why;
    }
}
