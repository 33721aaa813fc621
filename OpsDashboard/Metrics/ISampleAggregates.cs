namespace OpsDashboard.Metrics;

/// <summary>What happened to one series in one span.</summary>
/// <param name="Start">Milliseconds; the span ends one step later, exclusively.</param>
/// <param name="Last">The value of the latest sample.</param>
/// <param name="LastAt">When that was.</param>
/// <param name="Increase">By how much a counter grew, resets taken into account, from the sample before the span on; 0 for what is not a counter.</param>
public readonly record struct Aggregate(long Start, double Min, double Max, double Sum, long Count, double Last, long LastAt, double Increase)
{
    public double Average => Sum / Count;

    /// <summary>This span and a later one taken together.</summary>
    public Aggregate With(in Aggregate later) => this with
    {
        Min = Math.Min(Min, later.Min),
        Max = Math.Max(Max, later.Max),
        Sum = Sum + later.Sum,
        Count = Count + later.Count,
        Last = later.Last,
        LastAt = later.LastAt,
        Increase = Increase + later.Increase,
    };
}

/// <summary>The aggregates of one series, ascending; a span without samples has none.</summary>
public sealed record AggregatedSeries(Labels Labels, IReadOnlyList<Aggregate> Spans);

/// <param name="Warnings">What the reader must know, e.g. that a chunk is damaged.</param>
public sealed record AggregateSelection(IReadOnlyList<AggregatedSeries> Series, IReadOnlyList<string> Warnings);

/// <summary>Lowest, highest, mean and increase over long times, out of what is kept for years. Thread-safe.</summary>
public interface ISampleAggregates
{
    /// <summary>
    /// Aggregates of the series that satisfy all matchers over spans that start at multiples of the step, for the spans that touch [from, to].
    /// Exact as long as raw samples or aggregates a minute exist; of older times only whole hours are known.
    /// NaN and stale markers do not count.
    /// </summary>
    /// <param name="step">A multiple of one minute, in milliseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is no multiple of a minute.</exception>
    ValueTask<AggregateSelection> AggregateAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, long step, CancellationToken stop);
}
