using OpsDashboard.Metrics;

namespace OpsDashboard.Tests.Testing;

/// <summary>Samples in memory, for tests of what reads them. Not thread-safe.</summary>
public sealed class FakeSamples : ISampleQuery
{
    readonly Dictionary<Labels, SortedList<long, double>> series = [];
    readonly List<(IReadOnlyList<LabelMatcher> Matchers, Action Observer)> followers = [];
    readonly Dictionary<string, MetricMetadata> metadata = [];

    public IReadOnlyDictionary<string, MetricMetadata> Metadata => metadata;

    /// <summary>How often samples were read.</summary>
    public int Selections => Asked.Count;

    /// <summary>With which options samples were read, in turn.</summary>
    public List<SelectOptions> Asked { get; } = [];

    public void Add(Labels labels, long at, double value)
    {
        if (!series.TryGetValue(labels, out var samples))
            series.Add(labels, samples = []);
        samples[at] = value;
        foreach (var (matchers, observer) in followers.ToArray())
        {
            if (matchers.All(matcher => matcher.Matches(labels)))
                observer();
        }
    }

    public void Describe(MetricMetadata described) => metadata[described.Metric] = described;

    public void Clear() => series.Clear();

    /// <summary>Every sample, for loading them elsewhere.</summary>
    public IEnumerable<(Labels Labels, long At, double Value)> All =>
        series.SelectMany(pair => pair.Value.Select(sample => (pair.Key, sample.Key, sample.Value)));

    public ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions options, CancellationToken stop)
    {
        Asked.Add(options);
        var selected = new List<SelectedSeries>();
        var count = 0;
        foreach (var (labels, samples) in Matching(matchers))
        {
            var found = samples.Where(sample => sample.Key >= from && sample.Key <= to).ToArray();
            count += found.Length;
            if (count > options.MaxSamples)
                throw new QueryLimitException($"more than {options.MaxSamples} samples");
            if (found.Length > 0)
                selected.Add(new(labels, [.. found.Select(sample => sample.Key)], [.. found.Select(sample => sample.Value)]));
        }
        return new(new Selection(selected, []));
    }

    public ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop) =>
        new([.. Matching(matchers).Where(pair => pair.Value.Keys.Any(at => at >= from && at <= to)).Select(pair => pair.Key)]);

    public IDisposable Follow(IReadOnlyList<LabelMatcher> matchers, Action observer)
    {
        var entry = (matchers, observer);
        followers.Add(entry);
        return new Ending(() => followers.Remove(entry));
    }

    IEnumerable<KeyValuePair<Labels, SortedList<long, double>>> Matching(IReadOnlyList<LabelMatcher> matchers) =>
        series.Where(pair => matchers.All(matcher => matcher.Matches(pair.Key)));

    sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
