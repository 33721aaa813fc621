using System.Collections.Concurrent;

namespace OpsDashboard.Metrics.Store;

/// <summary>The samples of all series: the way in and the way out over one head in memory.</summary>
sealed class SampleStore(MetricsOptions options, MonotoneClock clock) : ISampleAppender, ISampleQuery
{
    readonly SeriesIndex index = new(options.MaxSeries);
    readonly ConcurrentDictionary<string, MetricMetadata> metadata = [];

    public IReadOnlyDictionary<string, MetricMetadata> Metadata => metadata;

    public SeriesRef Resolve(Labels labels) => index.Resolve(labels);

    public void Describe(MetricMetadata described) => metadata[described.Metric] = described;

    public AppendOutcome Append(ReadOnlySpan<PendingSample> batch)
    {
        var now = clock.Now;
        var (oldest, latest) = (now - (long)options.RawRetention.TotalMilliseconds, now + (long)options.MaxAhead.TotalMilliseconds);
        int accepted = 0, conflicting = 0, ahead = 0, old = 0;
        var touched = FollowerSet.Rent();
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
            switch (series.Append(sample.At, sample.Value))
            {
                case AppendResult.Conflict:
                    conflicting++;
                    continue;
                case AppendResult.Added:
                    touched.Add(series.Followers);
                    break;
            }
            accepted++;
        }
        touched.NotifyAndReturn();
        return new(accepted, conflicting, ahead, old);
    }

    public Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return Task.FromResult(Append(batch.Span));
    }

    public ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions select, CancellationToken stop)
    {
        var selected = index.Select(matchers);
        var size = 0L;
        foreach (var series in selected)
            size += series.CountAtMost(from, to);
        if (size > select.MaxSamples)
            throw new QueryLimitException($"The query would read {size} samples, more than {select.MaxSamples}. Shorten its range or select fewer series.");
        var found = new List<SelectedSeries>(selected.Count);
        foreach (var series in selected)
        {
            stop.ThrowIfCancellationRequested();
            var samples = series.Read(from, to);
            if (samples.Count > 0)
                found.Add(samples.ToSeries(series.Labels));
        }
        return new(new Selection(found, []));
    }

    public ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop)
    {
        var found = index.Select(matchers).Where(series => series.CountAtMost(from, to) > 0).Select(series => series.Labels).ToList();
        return new(found);
    }

    public IDisposable Follow(IReadOnlyList<LabelMatcher> matchers, Action observer) => index.Follow(matchers, observer);
}
