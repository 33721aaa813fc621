using System.Text.Json;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>Query results and label sets in Prometheus' JSON.</summary>
static class ResultJson
{
    public static void Write(Utf8JsonWriter json, QueryResult result, int limit)
    {
        json.WriteStartObject();
        json.WriteString("resultType", result.Kind.ToString().ToLowerInvariant());
        json.WritePropertyName("result");
        switch (result.Kind)
        {
            case QueryResultKind.Scalar:
                Point(json, result.Series[0].Samples[0]);
                break;
            case QueryResultKind.String:
                json.WriteStartArray();
                json.WriteRawValue(PromText.Seconds(result.Series[0].Samples[0].At));
                json.WriteStringValue(result.Text);
                json.WriteEndArray();
                break;
            default:
                Series(json, result, limit);
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

    static void Series(Utf8JsonWriter json, QueryResult result, int limit)
    {
        json.WriteStartArray();
        var count = limit > 0 ? Math.Min(limit, result.Series.Count) : result.Series.Count;
        for (var i = 0; i < count; i++)
        {
            json.WriteStartObject();
            json.WritePropertyName("metric");
            Labels(json, result.Series[i].Labels);
            if (result.Kind == QueryResultKind.Vector)
            {
                json.WritePropertyName("value");
                Point(json, result.Series[i].Samples[0]);
            }
            else
            {
                json.WriteStartArray("values");
                foreach (var sample in result.Series[i].Samples)
                    Point(json, sample);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // Answers have millions of points: each is written as it leaves, without a text of its own.
    static void Point(Utf8JsonWriter json, Sample sample)
    {
        Span<byte> point = stackalloc byte[PromText.LongestNumber + 40];
        point[0] = (byte)'[';
        var length = 1 + PromText.Seconds(sample.At, point[1..]);
        point[length++] = (byte)',';
        point[length++] = (byte)'"';
        length += PromText.ApiNumber(sample.Value, point[length..]);
        point[length++] = (byte)'"';
        point[length++] = (byte)']';
        json.WriteRawValue(point[..length], skipInputValidation: true);
    }
}
