using System.Globalization;
using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>Turns the data points of one resource into samples, as Prometheus' OTLP receiver does.</summary>
sealed class OtlpPoints(OtlpResource resource, ReceivedBatch batch, OtlpRefusals refusals)
{
    const string BadLabels = "invalid metric name or labels";
    const string TargetInfo = "target_info";

    readonly OtlpLabels labels = new(resource);
    readonly List<OtlpAttribute> attributes = [];
    long newest;

    public int Taken { get; private set; }

    public void Number(string metric, ReadOnlySpan<byte> message)
    {
        attributes.Clear();
        var (at, value, flags) = (0L, (double?)null, 0L);
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: at = Milliseconds(reader.Fixed64()); break;
                case 4: value = reader.Double(); break;
                case 6: value = (long)reader.Fixed64(); break;
                case 7: attributes.Add(OtlpAttributes.Read(reader.Bytes())); break;
                case 8: flags = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }
        if (value is null && !IsGone(flags))
            refusals.Add("no value");
        else
            Take(Series(metric, at, IsGone(flags) ? StaleMarker.Value : value!.Value));
    }

    public void Histogram(string metric, ReadOnlySpan<byte> message)
    {
        attributes.Clear();
        var (at, count, sum, flags) = (0L, 0UL, (double?)null, 0L);
        var counts = new List<ulong>();
        var bounds = new List<double>();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: at = Milliseconds(reader.Fixed64()); break;
                case 4: count = reader.Fixed64(); break;
                case 5: sum = reader.Double(); break;
                case 6: Fixed(ref reader, counts, static bits => bits); break;
                case 7: Fixed(ref reader, bounds, BitConverter.UInt64BitsToDouble); break;
                case 9: attributes.Add(OtlpAttributes.Read(reader.Bytes())); break;
                case 10: flags = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }
        if (counts.Count > 0 ? counts.Count != bounds.Count + 1 : bounds.Count > 0)
        {
            refusals.Add("buckets do not fit their bounds");
            return;
        }
        double Value(double value) => IsGone(flags) ? StaleMarker.Value : value;
        var series = new List<ReceivedSeries?> { Series($"{metric}_count", at, Value(count)) };
        if (sum is { } total)
            series.Add(Series($"{metric}_sum", at, Value(total)));
        var below = 0UL;
        for (var i = 0; i < bounds.Count; i++)
        {
            below += counts[i];
            series.Add(Series($"{metric}_bucket", at, Value(below), "le", Bound(bounds[i])));
        }
        series.Add(Series($"{metric}_bucket", at, Value(count), "le", "+Inf"));
        Take([.. series]);
    }

    public void Summary(string metric, ReadOnlySpan<byte> message)
    {
        attributes.Clear();
        var (at, count, sum, flags) = (0L, 0UL, 0.0, 0L);
        var quantiles = new List<(double Quantile, double Value)>();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: at = Milliseconds(reader.Fixed64()); break;
                case 4: count = reader.Fixed64(); break;
                case 5: sum = reader.Double(); break;
                case 6: quantiles.Add(Quantile(reader.Bytes())); break;
                case 7: attributes.Add(OtlpAttributes.Read(reader.Bytes())); break;
                case 8: flags = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }
        double Value(double value) => IsGone(flags) ? StaleMarker.Value : value;
        Take([
            Series($"{metric}_count", at, Value(count)), Series($"{metric}_sum", at, Value(sum)),
            .. quantiles.Select(one => Series(metric, at, Value(one.Value), "quantile", Bound(one.Quantile))),
        ]);
    }

    /// <summary>Adds what is known of the resource as <c>target_info</c>, at the newest instant of its points.</summary>
    public void Describe()
    {
        if (Taken == 0 || (resource.Job.Length == 0 && resource.Instance.Length == 0) || !resource.Descriptive.Any())
            return;
        if (labels.Identity(TargetInfo, resource.Descriptive) is { } identity)
            batch.Series.Add(new(identity, [new(newest, 1)]));
    }

    ReceivedSeries? Series(string metric, long at, double value, string extraName = "", string extraValue = "")
    {
        newest = Math.Max(newest, at);
        return labels.Identity(metric, attributes, extraName, extraValue) is { } identity ? new(identity, [new(at, value)]) : null;
    }

    // A point is taken whole or not at all.
    void Take(params ReadOnlySpan<ReceivedSeries?> series)
    {
        foreach (var one in series)
        {
            if (one is null)
            {
                refusals.Add(BadLabels);
                return;
            }
        }
        foreach (var one in series)
            batch.Series.Add(one!);
        Taken++;
    }

    static (double, double) Quantile(ReadOnlySpan<byte> message)
    {
        var (quantile, value) = (0.0, 0.0);
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: quantile = reader.Double(); break;
                case 2: value = reader.Double(); break;
                default: reader.Skip(); break;
            }
        }
        return (quantile, value);
    }

    // Packed or one by one; a reader must take both.
    static void Fixed<T>(ref WireReader reader, List<T> values, Func<ulong, T> convert)
    {
        if (reader.Type != Google.Protobuf.WireFormat.WireType.LengthDelimited)
        {
            values.Add(convert(reader.Fixed64()));
            return;
        }
        var packed = reader.Bytes();
        if (packed.Length % sizeof(ulong) != 0)
            throw new MalformedWriteException("the protobuf message ends within a packed number");
        for (var i = 0; i < packed.Length; i += sizeof(ulong))
            values.Add(convert(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(packed[i..])));
    }

    static bool IsGone(long flags) => (flags & 1) != 0;

    static long Milliseconds(ulong nanoseconds) => (long)(nanoseconds / 1_000_000);

    // As Prometheus: the shortest digits that mean the number, without an exponent.
    static string Bound(double bound)
    {
        if (double.IsPositiveInfinity(bound))
            return "+Inf";
        var text = bound.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E') && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var plain) ? plain.ToString(CultureInfo.InvariantCulture) : text;
    }
}
