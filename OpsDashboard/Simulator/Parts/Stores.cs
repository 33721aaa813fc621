using OpsDashboard.Simulator.Exposition;

namespace OpsDashboard.Simulator.Parts;

/// <summary>How a program sees its database: connections, pool, query times, index hits.</summary>
sealed class DatabaseModel
{
    const double UsualHitRatio = 0.987;

    readonly Draw draw;
    readonly Family up, connections, most, poolInUse, poolSize, hits, misses;
    readonly HistogramCells queries;
    readonly int maxConnections, pool;

    public DatabaseModel(MetricPage page, Draw draw, int maxConnections, int pool, string histogram = "db_query_duration_seconds")
    {
        (this.draw, this.maxConnections, this.pool) = (draw, maxConnections, pool);
        up = page.Gauge("db_up", "1 while the program reaches its database.");
        connections = page.Gauge("db_connections", "Connections in use.");
        most = page.Gauge("db_max_connections", "The server's max_connections.");
        poolInUse = page.Gauge("db_pool_in_use", "Connections of the program's pool in use.");
        poolSize = page.Gauge("db_pool_size", "Size of the program's pool.");
        queries = page.Histogram(histogram, "Time of a query.", HistogramFamily.Seconds).Histogram();
        hits = page.Counter("db_index_hits_total", "Index blocks found in memory.");
        misses = page.Counter("db_index_misses_total", "Index blocks read from disk.");
    }

    public bool IsUp { get; private set; } = true;

    public int Connections { get; private set; }

    public int PoolInUse { get; private set; }

    public int MaxConnections => maxConnections;

    /// <summary>Told of every query that took longer than a second.</summary>
    public Action<double>? Slow { get; set; }

    public void Step(Moment moment, double queriesPerSecond, bool isUp, Conditions conditions)
    {
        IsUp = isUp;
        up.Set(isUp ? 1 : 0);
        most.Set(maxConnections);
        poolSize.Set(pool);
        var waiting = Math.Min(0.5, conditions.ExtraSeconds * 0.15);
        PoolInUse = isUp ? (int)Math.Clamp(Math.Round(pool * (moment.Between(0.12, 0.5) + waiting + (0.02 * draw.Normal()))), 1, pool) : 0;
        Connections = isUp ? (int)Math.Clamp(PoolInUse + Math.Round(maxConnections * moment.Between(0.08, 0.24)), 1, maxConnections) : 0;
        if (isUp && conditions.TakenConnections > 0)
            (PoolInUse, Connections) = (pool, Math.Max(Connections, (int)Math.Round(maxConnections * conditions.TakenConnections)));
        poolInUse.Set(PoolInUse);
        connections.Set(Connections);
        if (isUp)
            Query(draw.Poisson(queriesPerSecond * moment.Seconds), conditions);
    }

    void Query(int count, Conditions conditions)
    {
        for (var i = 0; i < count; i++)
        {
            var seconds = (Math.Min(draw.LogNormal(0.006, 0.7), 0.2) * conditions.Stretch) + (conditions.ExtraSeconds * 0.8);
            queries.Observe(seconds);
            if (seconds > 1)
                Slow?.Invoke(seconds);
            var blocks = 20 + draw.Below(20);
            var missed = draw.Poisson(blocks * (1 - UsualHitRatio));
            hits.Of().Add(Math.Max(0, blocks - missed));
            misses.Of().Add(missed);
        }
    }
}

/// <summary>A cache in front of the database.</summary>
sealed class CacheModel
{
    readonly Draw draw;
    readonly Family hits, misses, memory;
    readonly double usualHitRatio, fullBytes;

    public CacheModel(MetricPage page, Draw draw, double usualHitRatio, double fullBytes, string prefix = "")
    {
        (this.draw, this.usualHitRatio, this.fullBytes) = (draw, usualHitRatio, fullBytes);
        hits = page.Counter($"{prefix}cache_hits_total", "Look-ups that found their key.");
        misses = page.Counter($"{prefix}cache_misses_total", "Look-ups that did not.");
        memory = page.Gauge("cache_memory_bytes", "Size of the cache.");
        Bytes = fullBytes * 0.6;
        hits.Set(0);
        misses.Set(0);
    }

    public double Bytes { get; private set; }

    /// <param name="coldHitRatio">The hit ratio while the cache is cold; null otherwise.</param>
    public void Step(Moment moment, double lookUpsPerSecond, double? coldHitRatio)
    {
        var count = draw.Poisson(lookUpsPerSecond * moment.Seconds);
        var ratio = Math.Clamp((coldHitRatio ?? usualHitRatio) + (0.004 * draw.Normal()), 0, 1);
        var hit = (int)Math.Round(count * ratio);
        hits.Of().Add(hit);
        misses.Of().Add(count - hit);
        var aim = coldHitRatio is null ? fullBytes * moment.Between(0.55, 0.75) : fullBytes * 0.04;
        Bytes += (aim - Bytes) * (1 - Math.Exp(-moment.Seconds / (coldHitRatio is null ? 4 : 0.3)));
        memory.Set(Math.Round(Bytes));
    }
}
