using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Objectives;

/// <summary>
/// Computes figures of a period. A system's expressions see that system's samples alone, whatever they select: who may read the system may
/// read its figures. Thread-safe; keeps nothing.
/// </summary>
public sealed class KpiCalculator(IPromQl promQl, ISampleQuery samples)
{
    // Coverage and availability look at every five minutes; a month of them stays below the language's limit on points.
    const long CoverageStep = 300_000;
    const long FineStep = 5_000;
    const int FewMarks = 12;

    /// <summary>The figure over the span.</summary>
    public async Task<KpiFigure> FigureAsync(string systemId, string expression, PeriodSpan span, CancellationToken stop)
    {
        if (span.To <= span.From)
            return KpiFigure.None;
        try
        {
            return PeriodExpression.Widen(expression, span.Length) is { } widened
                ? await WholeAsync(systemId, widened, span, stop)
                : await MeanAsync(systemId, expression, span, stop);
        }
        catch (Exception failure) when (failure is PromQlException or QueryLimitException)
        {
            return KpiFigure.None with { Problem = failure.Message };
        }
    }

    /// <summary>Share of probe results that succeeded, all probes of the system.</summary>
    public Task<KpiFigure> AvailabilityAsync(string systemId, PeriodSpan span, CancellationToken stop) =>
        FigureAsync(systemId, $"avg(avg_over_time(probe_success{{system=\"{systemId}\"}}[{span.Step}ms]))", span, stop);

    /// <summary>When the system's first sample of the span came, in milliseconds, and the share of five-minute marks at which it had any; 0 where none.</summary>
    public async Task<(long? FirstData, double Coverage)> CoverageAsync(string systemId, PeriodSpan span, CancellationToken stop)
    {
        var marks = (span.To - span.From) / CoverageStep;
        // Most of thirteen months are before a new program's first sample; the index knows that at once.
        if (marks <= 0 || (await samples.SeriesAsync([LabelMatcher.Metric("up"), LabelMatcher.Equal("system", systemId)], span.From, span.To, stop)).Count == 0)
            return (null, 0);
        var up = $"count(up{{system=\"{systemId}\"}})";
        var present = await ReadAsync(systemId, up, span with { Step = CoverageStep }, stop);
        if (present.Count >= FewMarks)
            return (present[0].At, Math.Min(1, present.Count / (double)(marks + 1)));
        // Just installed: too little for marks of five minutes, yet not nothing.
        var fine = new PeriodSpan(Math.Max(span.From, span.To - (FewMarks * CoverageStep)), span.To, FineStep);
        var lately = await ReadAsync(systemId, up, fine, stop);
        return (lately.Count, present.Count) switch
        {
            (0, 0) => (null, 0),
            (0, _) => (present[0].At, present.Count / (double)(marks + 1)),
            _ => (lately[0].At, lately.Count * FineStep / (double)(span.To - span.From)),
        };
    }

    async Task<KpiFigure> WholeAsync(string systemId, string expression, PeriodSpan span, CancellationToken stop)
    {
        var answer = await For(systemId).Parse(expression).InstantAsync(span.To, new(Step: span.Step), stop);
        var values = answer.Series.SelectMany(series => series.Samples).Select(sample => sample.Value).Where(double.IsFinite).ToArray();
        return new(values.Length == 1 ? values[0] : null, KpiMethod.WholePeriod, TimeSpan.Zero, values.Length,
            values.Length > 1 ? $"The expression yields {values.Length} series; a KPI needs one." : null);
    }

    async Task<KpiFigure> MeanAsync(string systemId, string expression, PeriodSpan span, CancellationToken stop)
    {
        var readings = await ReadAsync(systemId, expression, span, stop);
        return new(readings.Count == 0 ? null : readings.Average(reading => reading.Value), KpiMethod.MeanOfReadings, span.Distance, readings.Count);
    }

    async Task<IReadOnlyList<Sample>> ReadAsync(string systemId, string expression, PeriodSpan span, CancellationToken stop)
    {
        var answer = await For(systemId).Parse(expression).RangeAsync(span.From, span.To, span.Step, new(Step: span.Step), stop);
        if (answer.Series.Count > 1)
            throw new PromQlException($"The expression yields {answer.Series.Count} series; a KPI needs one.");
        return answer.Series.Count == 0 ? [] : [.. answer.Series[0].Samples.Where(sample => double.IsFinite(sample.Value))];
    }

    IPromQl For(string systemId) => promQl.For(new Actor("kpi", "KPI", ActorKind.Program, [new(Role.Viewer, systemId)]));
}
