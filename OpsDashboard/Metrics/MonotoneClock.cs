namespace OpsDashboard.Metrics;

/// <summary>
/// The clock that stamps samples. It follows the wall clock but never goes back: when the wall clock is set back it stands still
/// until the wall clock has caught up, so that stamps stay monotone in every series. Thread-safe.
/// </summary>
public sealed class MonotoneClock(TimeProvider time)
{
    long latest;

    /// <summary>Milliseconds since 1970-01-01 UTC, never less than an earlier answer.</summary>
    public long Now
    {
        get
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var seen = Volatile.Read(ref latest);
            while (now > seen)
            {
                var before = Interlocked.CompareExchange(ref latest, now, seen);
                if (before == seen)
                    return now;
                seen = before;
            }
            return seen;
        }
    }

    /// <summary>How far the wall clock is behind what was already said; zero when all is well.</summary>
    public TimeSpan Behind => TimeSpan.FromMilliseconds(Now - time.GetUtcNow().ToUnixTimeMilliseconds());
}
