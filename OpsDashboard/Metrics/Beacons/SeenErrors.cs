using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Metrics.Beacons;

/// <summary>The errors seen on pages by the hash of their message; the hundred seen last are kept. Not thread-safe.</summary>
public sealed class SeenErrors
{
    const int Kept = 100;

    readonly Dictionary<(string Page, string Hash), (PageError Error, double Count, long LastAt)> seen = [];

    public void Add(string page, PageError error, long at)
    {
        var key = (page, error.Hash);
        if (seen.Count == Kept && !seen.ContainsKey(key))
            seen.Remove(seen.MinBy(entry => entry.Value.LastAt).Key);
        seen[key] = (error, (seen.TryGetValue(key, out var before) ? before.Count : 0) + error.Count, at);
    }

    public CollectedTable Table(long now) => new("Errors on pages",
        [new("Page"), new("Class"), new("Kind"), new("Message's hash"), new("Count", Unit.Count), new("Last seen, ago", Unit.Seconds)],
        [.. seen.OrderByDescending(entry => entry.Value.LastAt).Select(entry => new object?[] { entry.Key.Page, entry.Value.Error.Class, entry.Value.Error.Kind, entry.Key.Hash, entry.Value.Count, Math.Max(0, now - entry.Value.LastAt) / 1000.0 })],
        seen.Count == 0 ? "no errors reported" : seen.Count == Kept ? $"the {Kept} seen last" : null, now);
}
