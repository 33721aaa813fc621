using System.Collections.Concurrent;

namespace OpsDashboard.Metrics.Store;

/// <summary>The samples that are in memory, and what of them the database has not yet. Thread-safe.</summary>
sealed class Head(MetricsOptions options, MonotoneClock clock)
{
    /// <summary>Whoever writes samples of one system may describe any metric: their number and length end here, series or not.</summary>
    internal const int MaxDescribed = 50_000, LongestMetric = 512, LongestHelp = 1_000;

    [ThreadStatic]
    static List<AcceptedSample>? spare;

    readonly ConcurrentDictionary<string, MetricMetadata> metadata = [];
    readonly ConcurrentQueue<MetricMetadata> described = [];

    public SeriesIndex Index { get; } = new(options.MaxSeries);
    public Journal Journal { get; } = new(options.MaxBufferedSamples);
    public LateSamples Late { get; } = new(options.MaxBufferedSamples);
    public StoreCounters Counters { get; } = new();

    public IReadOnlyDictionary<string, MetricMetadata> Metadata => metadata;

    /// <summary>Metadata that the database has not yet.</summary>
    public ConcurrentQueue<MetricMetadata> Described => described;

    public void Describe(MetricMetadata said, bool stored = false)
    {
        if (said.Help.Length > LongestHelp)
            said = said with { Help = said.Help[..LongestHelp] };
        var isKnown = metadata.TryGetValue(said.Metric, out var before);
        if (before == said || said.Metric.Length > LongestMetric || said.Unit.Length > LongestMetric || (!isKnown && metadata.Count >= MaxDescribed))
            return;
        metadata[said.Metric] = said;
        if (!stored && described.Count < MaxDescribed)
            described.Enqueue(said);
    }

    /// <summary>Takes a batch.</summary>
    /// <param name="batch">In any order.</param>
    /// <param name="stored">True for what the write-ahead log already has: it was judged when it came, and is not written again.</param>
    public AppendOutcome Append(ReadOnlySpan<PendingSample> batch, bool stored = false)
    {
        var now = clock.Now;
        var (oldest, latest) = stored
            ? (long.MinValue, long.MaxValue)
            : (now - (long)options.RawRetention.TotalMilliseconds, now + (long)options.MaxAhead.TotalMilliseconds);
        int accepted = 0, duplicate = 0, conflicting = 0, ahead = 0, old = 0, late = 0;
        var touched = FollowerSet.Rent();
        var taken = spare ?? [];
        spare = null;
        foreach (ref readonly var sample in batch)
        {
            if (sample.At > latest)
            {
                ahead++;
                continue;
            }
            if (sample.At < oldest)
            {
                old++;
                continue;
            }
            var series = (HeadSeries)sample.Series;
            var result = series.Append(sample.At, sample.Value);
            if (result is AppendResult.Evicted or AppendResult.Late)
                result = AppendElsewhere(ref series, sample.At, sample.Value, ref late);
            switch (result)
            {
                case AppendResult.Added:
                    touched.Add(series.Followers);
                    taken.Add(new(series, sample.At, sample.Value));
                    accepted++;
                    break;
                case AppendResult.Late:
                    touched.Add(series.Followers);
                    accepted++;
                    break;
                case AppendResult.Duplicate:
                    duplicate++;
                    accepted++;
                    break;
                case AppendResult.Conflict:
                    conflicting++;
                    break;
                default:
                    old++;
                    break;
            }
        }
        if (!stored && taken.Count > 0)
            Journal.Add(taken);
        taken.Clear();
        spare = taken;
        var outcome = new AppendOutcome(accepted, conflicting, ahead, old);
        Counters.Batch(outcome, duplicate, late);
        touched.NotifyAndReturn();
        return outcome;
    }

    AppendResult AppendElsewhere(ref HeadSeries series, long at, double value, ref int late)
    {
        var result = AppendResult.Evicted;
        // Another seal may evict it again, but hardly twice while one sample is on its way.
        for (var attempt = 0; attempt < 3 && (result = series.Append(at, value)) == AppendResult.Evicted; attempt++)
            series = Index.Resolve(series.Labels, capped: false);
        if (result != AppendResult.Late)
            return result;
        result = Late.Add(series.Ordinal, at, value);
        if (result != AppendResult.Added)
            return result;
        late++;
        return AppendResult.Late;
    }
}
