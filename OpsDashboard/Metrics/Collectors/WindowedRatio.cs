namespace OpsDashboard.Metrics.Collectors;

/// <summary>
/// Hits over look-ups within the last span, from two counters that only grow. A counter that fell (restart, reset) begins anew.
/// Not thread-safe. Keeps one entry a reading, at most <see cref="Capacity"/>; older ones fall out.
/// </summary>
public sealed class WindowedRatio(TimeSpan window)
{
    public const int Capacity = 1024;

    readonly Queue<(long At, double Hits, double Misses)> readings = new();
    (long At, double Hits, double Misses) last;

    /// <summary>Adds a reading and returns the ratio, or null where the window saw no look-up.</summary>
    /// <param name="at">Milliseconds.</param>
    public double? Next(long at, double hits, double misses)
    {
        if (readings.Count > 0 && (hits < last.Hits || misses < last.Misses))
            readings.Clear();
        last = (at, hits, misses);
        readings.Enqueue(last);
        while (readings.Count > Capacity || readings.Peek().At < at - (long)window.TotalMilliseconds)
            readings.Dequeue();
        var first = readings.Peek();
        var lookups = hits - first.Hits + misses - first.Misses;
        return lookups > 0 ? (hits - first.Hits) / lookups : null;
    }
}
