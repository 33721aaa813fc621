using System.Buffers;
using System.Text.Json;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts.Live;

/// <summary>
/// Gives every series of an answer a place that it keeps, and writes answers in that order: the wire carries values, not labels.
/// At most <see cref="Most"/> series; the rest is left out.
/// </summary>
sealed class SeriesTable
{
    public const int Most = 60;

    readonly List<Labels> order = [];
    readonly Dictionary<Labels, int> places = [];
    double[] values = [];

    /// <summary>Grows when a series was added: viewers must be told the labels anew.</summary>
    public int Version { get; private set; }

    /// <summary>The body of a frame: time and one value a series, null where it has none.</summary>
    public void WriteFrame(IBufferWriter<byte> output, long at, QueryResult answer)
    {
        foreach (var series in answer.Series)
        {
            if (places.Count < Most && places.TryAdd(series.Labels, order.Count))
            {
                order.Add(series.Labels);
                Version++;
            }
        }
        if (values.Length < order.Count)
            values = new double[order.Count];
        values.AsSpan().Fill(double.NaN);
        foreach (var series in answer.Series)
        {
            if (series.Samples.Count > 0 && places.TryGetValue(series.Labels, out var place))
                values[place] = series.Samples[^1].Value;
        }
        FrameText.Number(output, at);
        foreach (var value in values.AsSpan(0, order.Count))
        {
            output.Write(","u8);
            FrameText.Value(output, value);
        }
    }

    /// <summary>The body of the introduction: the labels in order.</summary>
    public byte[] Introduction()
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("\"s\","u8);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartArray();
        foreach (var labels in order)
            LabelsJson.Write(json, labels);
        json.WriteEndArray();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}
