using OpsDashboard.Metrics;

namespace OpsDashboard.Tests.Runbooks.Procedures;

/// <summary>Samples in the order of time, found by the metric's name. Not thread-safe.</summary>
sealed class ScrapedSamples : ISampleQuery
{
    readonly Dictionary<Labels, Series> all = [];
    readonly Dictionary<string, List<Series>> byMetric = [];

    public IReadOnlyDictionary<string, MetricMetadata> Metadata { get; } = new Dictionary<string, MetricMetadata>();

    public void Add(Labels labels, long at, double value)
    {
        if (!all.TryGetValue(labels, out var series))
        {
            all.Add(labels, series = new(labels));
            if (!byMetric.TryGetValue(labels.Metric, out var named))
                byMetric.Add(labels.Metric, named = []);
            named.Add(series);
        }
        series.Times.Add(at);
        series.Values.Add(value);
    }

    public ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions options, CancellationToken stop)
    {
        var found = new List<SelectedSeries>();
        foreach (var series in Matching(matchers))
        {
            var (first, end) = (Place(series.Times, from), Place(series.Times, to + 1));
            if (end > first)
                found.Add(new(series.Labels, [.. series.Times[first..end]], [.. series.Values[first..end]]));
        }
        return new(new Selection(found, []));
    }

    public ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop) =>
        new([.. Matching(matchers).Where(series => Place(series.Times, to + 1) > Place(series.Times, from)).Select(series => series.Labels)]);

    public IDisposable Follow(IReadOnlyList<LabelMatcher> matchers, Action observer) => throw new NotSupportedException();

    IEnumerable<Series> Matching(IReadOnlyList<LabelMatcher> matchers)
    {
        var named = matchers.FirstOrDefault(matcher => matcher.Name == Labels.NameLabel && matcher.Kind == MatchKind.Equal && byMetric.ContainsKey(matcher.Value));
        return (named is null ? all.Values : (IEnumerable<Series>)byMetric[named.Value]).Where(series => matchers.All(matcher => matcher.Matches(series.Labels)));
    }

    static int Place(List<long> times, long at)
    {
        var place = times.BinarySearch(at);
        return place < 0 ? ~place : place;
    }

    sealed record Series(Labels Labels)
    {
        public List<long> Times { get; } = [];
        public List<double> Values { get; } = [];
    }
}
