using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Trials;

/// <summary>Samples in memory, for trying rules out: what is written can be read at once. Not thread-safe.</summary>
sealed class ScratchSamples : ISampleQuery, ISampleAppender
{
    readonly Dictionary<Labels, Series> series = [];

    public IReadOnlyDictionary<string, MetricMetadata> Metadata { get; } = new Dictionary<string, MetricMetadata>();

    /// <summary>Every sample, e.g. to load them elsewhere.</summary>
    public IEnumerable<(Labels Labels, long At, double Value)> All => series.Values.SelectMany(one => one.Samples.Select(sample => (one.Labels, sample.Key, sample.Value)));

    public void Add(Labels labels, long at, double value) => ((Series)Resolve(labels)).Samples[at] = value;

    public SeriesRef Resolve(Labels labels)
    {
        if (!series.TryGetValue(labels, out var known))
            series.Add(labels, known = new(labels));
        return known;
    }

    public void Describe(MetricMetadata metadata) { }

    public AppendOutcome Append(ReadOnlySpan<PendingSample> batch)
    {
        foreach (var sample in batch)
            ((Series)sample.Series).Samples[sample.At] = sample.Value;
        return new(batch.Length, 0, 0, 0);
    }

    public Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop) => Task.FromResult(Append(batch.Span));

    public ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions options, CancellationToken stop)
    {
        var found = new List<SelectedSeries>();
        foreach (var one in Matching(matchers))
        {
            var samples = one.Samples.Where(sample => sample.Key >= from && sample.Key <= to).ToArray();
            if (samples.Length > 0)
                found.Add(new(one.Labels, [.. samples.Select(sample => sample.Key)], [.. samples.Select(sample => sample.Value)]));
        }
        return new(new Selection(found, []));
    }

    public ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop) =>
        new([.. Matching(matchers).Where(one => one.Samples.Keys.Any(at => at >= from && at <= to)).Select(one => one.Labels)]);

    public IDisposable Follow(IReadOnlyList<LabelMatcher> matchers, Action observer) => throw new NotSupportedException("Rules are tried at given instants.");

    IEnumerable<Series> Matching(IReadOnlyList<LabelMatcher> matchers) => series.Values.Where(one => matchers.All(matcher => matcher.Matches(one.Labels)));

    sealed class Series(Labels labels) : SeriesRef(labels)
    {
        public SortedList<long, double> Samples { get; } = [];

        public override bool IsEvicted => false;
    }
}
