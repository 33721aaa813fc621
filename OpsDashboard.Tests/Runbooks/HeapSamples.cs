using OpsDashboard.Metrics;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>Samples that a test adds while something else reads them. Thread-safe.</summary>
sealed class HeapSamples : ISampleQuery
{
    readonly Lock gate = new();
    readonly FakeSamples inner = new();
    int looks;

    /// <summary>How often they were read.</summary>
    public int Looks => Volatile.Read(ref looks);

    public IReadOnlyDictionary<string, MetricMetadata> Metadata => inner.Metadata;

    public void Add(Labels labels, long at, double value)
    {
        lock (gate)
            inner.Add(labels, at, value);
    }

    public ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions options, CancellationToken stop)
    {
        Interlocked.Increment(ref looks);
        lock (gate)
            return inner.SelectAsync(matchers, from, to, options, stop);
    }

    public ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop)
    {
        lock (gate)
            return inner.SeriesAsync(matchers, from, to, stop);
    }

    public IDisposable Follow(IReadOnlyList<LabelMatcher> matchers, Action observer) => throw new NotSupportedException();
}
