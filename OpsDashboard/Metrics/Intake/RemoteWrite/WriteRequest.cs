using OpsDashboard.Metrics.Collectors.Exposition;

namespace OpsDashboard.Metrics.Intake.RemoteWrite;

/// <summary>Reads a remote write 1.0 request: prometheus.WriteRequest of prompb/remote.proto and types.proto.</summary>
static class WriteRequest
{
    const int MaxLabels = 128;

    /// <exception cref="MalformedWriteException">The bytes are no such message.</exception>
    public static ReceivedBatch Read(ReadOnlySpan<byte> message)
    {
        var batch = new ReceivedBatch();
        var pool = new TextPool();
        var labels = new List<Label>();
        var request = new WireReader(message);
        while (request.Next())
        {
            switch (request.Field)
            {
                case 1: ReadSeries(request.Bytes(), batch, labels, pool); break;
                case 3: ReadMetadata(request.Bytes(), batch); break;
                default: request.Skip(); break;
            }
        }
        return batch;
    }

    static void ReadSeries(ReadOnlySpan<byte> message, ReceivedBatch batch, List<Label> labels, TextPool pool)
    {
        labels.Clear();
        var samples = new List<Sample>();
        var histograms = 0;
        var series = new WireReader(message);
        while (series.Next())
        {
            switch (series.Field)
            {
                case 1: labels.Add(ReadLabel(series.Bytes(), pool)); break;
                case 2: samples.Add(ReadSample(series.Bytes())); break;
                case 4: series.Skip(); histograms++; break;
                default: series.Skip(); break;
            }
        }
        batch.Histograms += histograms;
        if (samples.Count == 0)
            return;
        if (Identity(labels) is { } identity)
            batch.Series.Add(new(identity, samples));
        else
            batch.InvalidLabels += samples.Count;
    }

    static Label ReadLabel(ReadOnlySpan<byte> message, TextPool pool)
    {
        var (name, value) = ("", "");
        var label = new WireReader(message);
        while (label.Next())
        {
            switch (label.Field)
            {
                case 1: name = pool.Take(label.Bytes()); break;
                case 2: value = pool.Take(label.Bytes()); break;
                default: label.Skip(); break;
            }
        }
        return new(name, value);
    }

    static Sample ReadSample(ReadOnlySpan<byte> message)
    {
        var (at, value) = (0L, 0.0);
        var sample = new WireReader(message);
        while (sample.Next())
        {
            switch (sample.Field)
            {
                case 1: value = sample.Double(); break;
                case 2: at = sample.Int64(); break;
                default: sample.Skip(); break;
            }
        }
        return new(at, value);
    }

    static void ReadMetadata(ReadOnlySpan<byte> message, ReceivedBatch batch)
    {
        var (kind, name, help, unit) = (MetricKind.Unknown, "", "", "");
        var metadata = new WireReader(message);
        while (metadata.Next())
        {
            switch (metadata.Field)
            {
                case 1: kind = Kind(metadata.Int64()); break;
                case 2: name = Text(metadata.Bytes()); break;
                case 4: help = Text(metadata.Bytes()); break;
                case 5: unit = Text(metadata.Bytes()); break;
                default: metadata.Skip(); break;
            }
        }
        if (name.Length > 0)
            batch.Metadata.Add(new(name, kind, help, unit));
    }

    static string Text(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);

    static MetricKind Kind(long type) => type switch
    {
        1 => MetricKind.Counter,
        2 => MetricKind.Gauge,
        3 or 4 => MetricKind.Histogram,
        5 => MetricKind.Summary,
        6 => MetricKind.Info,
        7 => MetricKind.StateSet,
        _ => MetricKind.Unknown,
    };

    /// <summary>Null where the labels name no series: without a name, with an empty or repeated one, or not UTF-8.</summary>
    public static Labels? Identity(List<Label> labels)
    {
        var hasName = false;
        if (labels.Count > MaxLabels)
            return null;
        for (var i = 0; i < labels.Count; i++)
        {
            hasName |= labels[i] is { Name: Labels.NameLabel, Value.Length: > 0 };
            if (labels[i].Name.Length == 0 || labels[i].Name.Contains('\uFFFD') || labels[i].Value.Contains('\uFFFD'))
                return null;
            for (var k = 0; k < i; k++)
            {
                if (labels[k].Name == labels[i].Name)
                    return null;
            }
        }
        return hasName ? Labels.From(labels) : null;
    }
}
