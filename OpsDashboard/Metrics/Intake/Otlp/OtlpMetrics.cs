using System.Text;
using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>
/// Reads an ExportMetricsServiceRequest (opentelemetry/proto/collector/metrics/v1) into samples. Gauges, cumulative sums, cumulative classic histograms
/// and summaries are taken; delta temporality and exponential histograms are refused by point, with the reason.
/// </summary>
sealed class OtlpMetrics
{
    public ReceivedBatch Batch { get; } = new();

    /// <summary>Data points that became samples.</summary>
    public int Points { get; private set; }

    public OtlpRefusals Refusals { get; } = new();

    /// <param name="system">For resources that name no system of their own.</param>
    /// <exception cref="MalformedWriteException">The bytes are no such message.</exception>
    public static OtlpMetrics Read(ReadOnlySpan<byte> message, string? system)
    {
        var metrics = new OtlpMetrics();
        var request = new WireReader(message);
        while (request.Next())
        {
            if (request.Field == 1)
                metrics.ReadResource(request.Bytes(), system);
            else
                request.Skip();
        }
        return metrics;
    }

    void ReadResource(ReadOnlySpan<byte> message, string? system)
    {
        var resource = OtlpResource.Of(message, system);
        var points = new OtlpPoints(resource, Batch, Refusals);
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 2)
                ReadScope(reader.Bytes(), points);
            else
                reader.Skip();
        }
        points.Describe();
        Points += points.Taken;
    }

    void ReadScope(ReadOnlySpan<byte> message, OtlpPoints points)
    {
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 2)
                ReadMetric(reader.Bytes(), points);
            else
                reader.Skip();
        }
    }

    // The data may stand before name and unit.
    void ReadMetric(ReadOnlySpan<byte> message, OtlpPoints points)
    {
        var (name, help, unit) = ("", "", "");
        var field = 0;
        var data = ReadOnlySpan<byte>.Empty;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 2: help = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 3: unit = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 5 or 7 or 9 or 10 or 11:
                    field = reader.Field;
                    data = reader.Bytes();
                    break;
                default: reader.Skip(); break;
            }
        }
        var (temporality, isMonotonic) = Shape(data, isSum: field == 7);
        var kind = field switch { 7 => isMonotonic ? MetricKind.Counter : MetricKind.Gauge, 9 => MetricKind.Histogram, 11 => MetricKind.Summary, _ => MetricKind.Gauge };
        // A sum that may fall is a gauge, but its unit 1 does not make it a ratio.
        var metric = OtlpNames.Metric(name, unit, field == 7 && !isMonotonic ? MetricKind.Unknown : kind);
        var refusal = field == 10 ? "exponential histogram, not supported: send explicit buckets"
            : field is 7 or 9 && temporality != 2 ? "delta temporality, not supported: send cumulative"
            : metric.Length == 0 ? "no usable name" : null;
        if (refusal is null && field != 0)
            Batch.Metadata.Add(new(metric, kind, help, unit));
        ReadPoints(data, field, metric, refusal, points);
    }

    // Sum and Histogram say in field 2 how they count, Sum in field 3 whether it only grows.
    static (long Temporality, bool IsMonotonic) Shape(ReadOnlySpan<byte> data, bool isSum)
    {
        var (temporality, isMonotonic) = (0L, false);
        var reader = new WireReader(data);
        while (reader.Next())
        {
            if (reader.Field == 2)
                temporality = reader.Int64();
            else if (reader.Field == 3 && isSum)
                isMonotonic = reader.Int64() != 0;
            else
                reader.Skip();
        }
        return (temporality, isMonotonic);
    }

    void ReadPoints(ReadOnlySpan<byte> data, int field, string metric, string? refusal, OtlpPoints points)
    {
        var reader = new WireReader(data);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            var point = reader.Bytes();
            if (refusal is not null)
                Refusals.Add(refusal);
            else if (field == 9)
                points.Histogram(metric, point);
            else if (field == 11)
                points.Summary(metric, point);
            else
                points.Number(metric, point);
        }
    }
}

/// <summary>What of a request was not taken, by reason.</summary>
sealed class OtlpRefusals
{
    readonly Dictionary<string, int> reasons = [];

    public int Count => reasons.Values.Sum();

    public void Add(string reason) => reasons[reason] = reasons.GetValueOrDefault(reason) + 1;

    public override string ToString() => string.Join("; ", reasons.Select(reason => $"{reason.Value} {reason.Key}"));
}
