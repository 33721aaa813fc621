namespace OpsDashboard.Metrics.Collectors.Redis;

/// <summary>Asking for a key's time to live counts as a look-up in the server's statistics; on a quiet server the sample of keys would make up its hit ratio. Not thread-safe.</summary>
public sealed class OwnLookups
{
    double hits;
    double misses;
    double lastHits;
    double lastMisses;

    public void Count(bool wasHit)
    {
        if (wasHit)
            hits++;
        else
            misses++;
    }

    /// <summary>The server's counters less our own look-ups; counters that fell were reset, and ours with them.</summary>
    public (double Hits, double Misses) Without(double allHits, double allMisses)
    {
        if (allHits < lastHits || allMisses < lastMisses)
            (hits, misses) = (0, 0);
        (lastHits, lastMisses) = (allHits, allMisses);
        return (Math.Max(0, allHits - hits), Math.Max(0, allMisses - misses));
    }
}
