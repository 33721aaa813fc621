namespace OpsDashboard.Metrics.Store.Aggregates;

/// <summary>Makes aggregates of ascending samples.</summary>
static class Aggregator
{
    /// <param name="samples">Those of the spans and, for the increase, some before them.</param>
    /// <param name="from">Start of the first span.</param>
    /// <param name="to">End of the last, exclusive.</param>
    /// <param name="step">The length of a span.</param>
    /// <param name="isCounter">Whether the series only grows, but for resets.</param>
    public static List<Aggregate> Of(SampleBuffer samples, long from, long to, long step, bool isCounter)
    {
        var spans = new List<Aggregate>();
        double? before = null;
        for (var i = 0; i < samples.Count; i++)
        {
            var (at, value) = (samples.Times[i], samples.Values[i]);
            if (at >= to)
                break;
            if (double.IsNaN(value))
                continue;
            var increase = isCounter && before is { } earlier ? Increase(earlier, value) : 0;
            before = value;
            if (at < from)
                continue;
            var one = new Aggregate(Tiers.Floor(at, step), value, value, value, 1, value, at, increase);
            Append(spans, one);
        }
        return spans;
    }

    /// <summary>Puts fine spans together to coarser ones.</summary>
    public static List<Aggregate> Coarser(IEnumerable<Aggregate> fine, long step)
    {
        var spans = new List<Aggregate>();
        foreach (var one in fine)
            Append(spans, one with { Start = Tiers.Floor(one.Start, step) });
        return spans;
    }

    /// <summary>Whether a metric only grows: as it was declared, else by the endings that the conventions give to counters and histograms.</summary>
    public static bool IsCounter(string metric, IReadOnlyDictionary<string, MetricMetadata> metadata)
    {
        if (metadata.TryGetValue(metric, out var said) && said.Kind != MetricKind.Unknown)
            return said.Kind == MetricKind.Counter;
        return metric.EndsWith("_total", StringComparison.Ordinal) || metric.EndsWith("_count", StringComparison.Ordinal)
            || metric.EndsWith("_sum", StringComparison.Ordinal) || metric.EndsWith("_bucket", StringComparison.Ordinal);
    }

    // A counter that fell was reset to zero in between (Prometheus, extrapolatedRate in promql/functions.go).
    static double Increase(double before, double now) => now < before ? now : now - before;

    static void Append(List<Aggregate> spans, in Aggregate one)
    {
        if (spans.Count > 0 && spans[^1].Start == one.Start)
            spans[^1] = spans[^1].With(one);
        else
            spans.Add(one);
    }
}
