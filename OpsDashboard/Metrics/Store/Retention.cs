using OpsDashboard.Metrics.Store.Aggregates;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>Removes what has been kept long enough.</summary>
sealed class Retention(ISampleDatabase database, MetricsOptions options)
{
    /// <summary>Chunks a transaction.</summary>
    const int Slice = 1000;

    /// <summary>Raw samples stay so much longer: aggregates that a late sample changes are computed from whole hours and their neighbours.</summary>
    const long Margin = 3 * Tiers.Hour;

    public async Task<int> PurgeAsync(long now, long rolled, Func<Task> breathe, CancellationToken stop)
    {
        // Never before the aggregates exist.
        var raw = Math.Min(now - (long)options.RawRetention.TotalMilliseconds, rolled) - Margin;
        return await PurgeAsync(Tier.Raw, raw, breathe, stop)
            + await PurgeAsync(Tier.Minute, now - (long)options.MinuteRetention.TotalMilliseconds, breathe, stop)
            + await PurgeAsync(Tier.Hour, now - (long)options.HourRetention.TotalMilliseconds, breathe, stop);
    }

    async Task<int> PurgeAsync(Tier tier, long before, Func<Task> breathe, CancellationToken stop)
    {
        var all = 0;
        for (var purged = Slice; purged == Slice; all += purged)
        {
            purged = await database.PurgeAsync(tier, before, Slice, stop);
            await breathe();
        }
        return all;
    }
}
