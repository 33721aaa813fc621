using System.Text;
using OpsDashboard.Metrics.Collectors.Exposition;

namespace OpsDashboard.Metrics.Collectors.Prometheus;

/// <summary>Tells whether a scrape's HELP, TYPE and UNIT lines are those of the last one, and describes the metrics only when they are not. Not thread-safe.</summary>
sealed class MetadataMemory
{
    // A target that describes more metrics than this is not describing, it is flooding.
    const int MaxMetrics = 20_000;

    ulong known, seen;

    public void Begin() => seen = 14695981039346656037;

    public void See(ReadOnlySpan<byte> metric, ReadOnlySpan<byte> text)
    {
        Mix(metric);
        Mix(text);
    }

    public void End(ReadOnlySpan<byte> body, ExpositionFormat format, ISampleAppender appender)
    {
        if (seen == known)
            return;
        known = seen;
        foreach (var description in Read(body, format).Values)
            appender.Describe(description);
    }

    static Dictionary<string, MetricMetadata> Read(ReadOnlySpan<byte> body, ExpositionFormat format)
    {
        var found = new Dictionary<string, MetricMetadata>();
        var reader = new ExpositionReader(body, format);
        for (var line = reader.Read(); line is not (ExpositionLine.End or ExpositionLine.Malformed); line = reader.Read())
        {
            if (line == ExpositionLine.Sample || found.Count >= MaxMetrics)
                continue;
            var metric = Encoding.UTF8.GetString(reader.Metric);
            var old = found.GetValueOrDefault(metric) ?? new MetricMetadata(metric, MetricKind.Unknown);
            found[metric] = line switch
            {
                ExpositionLine.Help => old with { Help = SeriesText.Unescape(reader.Text) },
                ExpositionLine.Type => old with { Kind = reader.Kind },
                _ => old with { Unit = Encoding.UTF8.GetString(reader.Text) },
            };
        }
        return format == ExpositionFormat.OpenMetrics ? NamedBySeries(found) : found;
    }

    // OpenMetrics declares the family `a`, whose counter is the series `a_total`: people look for what they can query.
    static Dictionary<string, MetricMetadata> NamedBySeries(Dictionary<string, MetricMetadata> families) =>
        families.Values.Select(family => family.Kind == MetricKind.Counter && !family.Metric.EndsWith("_total", StringComparison.Ordinal) ? family with { Metric = family.Metric + "_total" } : family)
            .DistinctBy(family => family.Metric).ToDictionary(family => family.Metric);

    void Mix(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            seen = (seen ^ value) * 1099511628211;
        seen = (seen ^ 0xFF) * 1099511628211;
    }
}
