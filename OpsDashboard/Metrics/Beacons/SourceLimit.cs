namespace OpsDashboard.Metrics.Beacons;

/// <summary>
/// A token bucket a source. Holds at most <see cref="MaxSources"/>: when they are full, those that have been idle long enough to be full again are
/// forgotten; if none is, new sources share one bucket. Thread-safe.
/// </summary>
public sealed class SourceLimit(double perSecond, TimeProvider clock)
{
    public const int MaxSources = 10_000;
    const string Others = "";

    readonly Lock gate = new();
    readonly Dictionary<string, (double Tokens, long At)> buckets = [];
    readonly double burst = Math.Max(1, perSecond * 2);

    /// <summary>Null: go on. Else how long until the next may come.</summary>
    public TimeSpan? Take(string source)
    {
        lock (gate)
        {
            if (buckets.Count >= MaxSources && !buckets.ContainsKey(source))
            {
                Forget();
                if (buckets.Count >= MaxSources)
                    source = Others;
            }
            var tokens = Tokens(source);
            var isTaken = tokens >= 1;
            buckets[source] = (isTaken ? tokens - 1 : tokens, clock.GetTimestamp());
            return isTaken ? null : TimeSpan.FromSeconds((1 - tokens) / perSecond);
        }
    }

    double Tokens(string source) =>
        buckets.TryGetValue(source, out var bucket) ? Math.Min(burst, bucket.Tokens + (clock.GetElapsedTime(bucket.At).TotalSeconds * perSecond)) : burst;

    void Forget()
    {
        foreach (var source in buckets.Keys.Where(source => Tokens(source) >= burst).ToArray())
            buckets.Remove(source);
    }
}
