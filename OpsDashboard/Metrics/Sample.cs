namespace OpsDashboard.Metrics;

/// <summary>A value at an instant.</summary>
/// <param name="At">Milliseconds since 1970-01-01 UTC.</param>
/// <param name="Value">Any IEEE 754 double; <see cref="StaleMarker"/> ends a series.</param>
public readonly record struct Sample(long At, double Value);

/// <summary>The NaN with which Prometheus marks that a series is no longer reported (bit pattern of its model/value package).</summary>
public static class StaleMarker
{
    const long Bits = 0x7ff0000000000002;

    public static readonly double Value = BitConverter.Int64BitsToDouble(Bits);

    /// <summary>True for the marker alone; an ordinary NaN is a value.</summary>
    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}

/// <summary>What a metric counts, as its exposition declared it.</summary>
public enum MetricKind { Unknown, Counter, Gauge, Histogram, Summary, Info, StateSet }

/// <summary>What an exposition says of a metric besides its samples.</summary>
public sealed record MetricMetadata(string Metric, MetricKind Kind, string Help = "", string Unit = "");
