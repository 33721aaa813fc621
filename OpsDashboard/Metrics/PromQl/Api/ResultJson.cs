using System.Runtime.InteropServices;
using System.Text.Json;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>Query results and label sets in Prometheus' JSON.</summary>
static class ResultJson
{
    /// <summary>So many bytes are sent at a time.</summary>
    const int Portion = 256 * 1024;

    /// <summary>A point takes no more: brackets, comma, quotes, time and value.</summary>
    const int LongestPoint = PromText.LongestNumber + 40;

    /// <param name="send">Sends what is written so far.</param>
    public static async ValueTask WriteAsync(Utf8JsonWriter json, QueryResult result, int limit, Func<ValueTask> send)
    {
        json.WriteStartObject();
        json.WriteString("resultType", result.Kind.ToString().ToLowerInvariant());
        json.WritePropertyName("result");
        switch (result.Kind)
        {
            case QueryResultKind.Scalar:
                Points(json, [result.Series[0].Samples[0]]);
                break;
            case QueryResultKind.String:
                json.WriteStartArray();
                json.WriteRawValue(PromText.Seconds(result.Series[0].Samples[0].At));
                json.WriteStringValue(result.Text);
                json.WriteEndArray();
                break;
            default:
                await SeriesAsync(json, result, limit, send);
                break;
        }
        json.WriteEndObject();
    }

    public static void Labels(Utf8JsonWriter json, Labels labels)
    {
        json.WriteStartObject();
        foreach (var label in labels.AsSpan())
            json.WriteString(label.Name, label.Value);
        json.WriteEndObject();
    }

    public static void Texts(Utf8JsonWriter json, IEnumerable<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    static async ValueTask SeriesAsync(Utf8JsonWriter json, QueryResult result, int limit, Func<ValueTask> send)
    {
        json.WriteStartArray();
        var count = limit > 0 ? Math.Min(limit, result.Series.Count) : result.Series.Count;
        for (var i = 0; i < count; i++)
        {
            Series(json, result.Series[i], result.Kind);
            if (json.BytesPending > Portion)
                await send();
        }
        json.WriteEndArray();
    }

    static void Series(Utf8JsonWriter json, QuerySeries series, QueryResultKind kind)
    {
        json.WriteStartObject();
        json.WritePropertyName("metric");
        Labels(json, series.Labels);
        if (kind == QueryResultKind.Vector)
        {
            json.WritePropertyName("value");
            Points(json, [series.Samples[0]]);
        }
        else
        {
            json.WriteStartArray("values");
            Points(json, series.Samples switch
            {
                Sample[] samples => samples,
                List<Sample> samples => CollectionsMarshal.AsSpan(samples),
                var samples => samples.ToArray(),
            });
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    // Answers have millions of points: some are written together, as if they were one value, and none has a text of its own.
    static void Points(Utf8JsonWriter json, ReadOnlySpan<Sample> samples)
    {
        const int Together = 64;
        Span<byte> points = stackalloc byte[Together * LongestPoint];
        for (; samples.Length > 0; samples = samples[Math.Min(Together, samples.Length)..])
        {
            var length = 0;
            foreach (var sample in samples[..Math.Min(Together, samples.Length)])
            {
                if (length > 0)
                    points[length++] = (byte)',';
                length += Point(sample, points[length..]);
            }
            json.WriteRawValue(points[..length], skipInputValidation: true);
        }
    }

    static int Point(Sample sample, Span<byte> point)
    {
        point[0] = (byte)'[';
        var length = 1 + PromText.Seconds(sample.At, point[1..]);
        point[length++] = (byte)',';
        point[length++] = (byte)'"';
        length += PromText.ApiNumber(sample.Value, point[length..]);
        point[length++] = (byte)'"';
        point[length++] = (byte)']';
        return length;
    }
}
