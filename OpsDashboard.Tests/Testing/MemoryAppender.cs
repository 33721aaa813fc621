using OpsDashboard.Metrics;

namespace OpsDashboard.Tests.Testing;

/// <summary>Keeps every sample it is given, in order: for tests of what writes samples. Thread-safe.</summary>
public sealed class MemoryAppender : ISampleAppender
{
    readonly Lock gate = new();
    readonly Dictionary<Labels, Series> series = [];
    readonly List<PendingSample> samples = [];

    /// <summary>More series than this are refused.</summary>
    public int MaxSeries { get; init; } = int.MaxValue;

    public Dictionary<string, MetricMetadata> Metadata { get; } = [];

    public IReadOnlyList<PendingSample> All
    {
        get
        {
            lock (gate)
                return [.. samples];
        }
    }

    public IReadOnlyList<PendingSample> Of(string metric) => [.. All.Where(sample => sample.Series.Labels.Metric == metric)];

    /// <summary>The last value of the only series of the metric that carries these labels.</summary>
    public double Last(string metric, params (string Name, string Value)[] labels) =>
        Of(metric).Where(sample => labels.All(label => sample.Series.Labels[label.Name] == label.Value)).GroupBy(sample => sample.Series.Labels).Single().Last().Value;

    public SeriesRef Resolve(Labels labels)
    {
        lock (gate)
        {
            if (series.TryGetValue(labels, out var known))
                return known;
            if (series.Count >= MaxSeries)
                throw new SeriesLimitException($"The head holds {MaxSeries} series and takes no more.");
            return series[labels] = new(labels);
        }
    }

    public void Describe(MetricMetadata metadata)
    {
        lock (gate)
            Metadata[metadata.Metric] = metadata;
    }

    public AppendOutcome Append(ReadOnlySpan<PendingSample> batch)
    {
        lock (gate)
            samples.AddRange(batch);
        return new(batch.Length, 0, 0, 0);
    }

    public Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop) => Task.FromResult(Append(batch.Span));

    sealed class Series(Labels labels) : SeriesRef(labels)
    {
        public override bool IsEvicted => false;
    }
}
