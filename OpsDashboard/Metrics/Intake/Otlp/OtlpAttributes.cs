using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>A name with its value as text: lists and maps as JSON, bytes as base64.</summary>
readonly record struct OtlpAttribute(string Name, string Value);

/// <summary>Reads KeyValue and AnyValue of opentelemetry/proto/common/v1.</summary>
static class OtlpAttributes
{
    const int MaxDepth = 32;

    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static OtlpAttribute Read(ReadOnlySpan<byte> keyValue)
    {
        var (name, value) = ("", "");
        var reader = new WireReader(keyValue);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 2: value = Value(reader.Bytes()); break;
                default: reader.Skip(); break;
            }
        }
        return new(name, value);
    }

    /// <summary>The text of an AnyValue; empty where it holds none.</summary>
    public static string Value(ReadOnlySpan<byte> anyValue)
    {
        var text = "";
        var reader = new WireReader(anyValue);
        while (reader.Next())
        {
            text = reader.Field switch
            {
                1 => Encoding.UTF8.GetString(reader.Bytes()),
                2 => reader.Int64() != 0 ? "true" : "false",
                3 => reader.Int64().ToString(CultureInfo.InvariantCulture),
                4 => reader.Double().ToString("R", CultureInfo.InvariantCulture),
                5 or 6 => Json(anyValue),
                7 => Convert.ToBase64String(reader.Bytes()),
                _ => text,
            };
            if (reader.Field is 5 or 6 or > 7)
                reader.Skip();
        }
        return text;
    }

    static string Json(ReadOnlySpan<byte> anyValue)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Plain))
            Write(json, anyValue, 0);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> anyValue, int depth)
    {
        if (depth > MaxDepth)
            throw new MalformedWriteException($"a value nests deeper than {MaxDepth} levels");
        var reader = new WireReader(anyValue);
        while (reader.Next() && !(reader.Field is >= 1 and <= 7))
            reader.Skip();
        switch (reader.Field)
        {
            case 1: json.WriteStringValue(Encoding.UTF8.GetString(reader.Bytes())); break;
            case 2: json.WriteBooleanValue(reader.Int64() != 0); break;
            case 3: json.WriteNumberValue(reader.Int64()); break;
            case 4: WriteDouble(json, reader.Double()); break;
            case 5: WriteList(json, reader.Bytes(), depth); break;
            case 6: WriteMap(json, reader.Bytes(), depth); break;
            case 7: json.WriteBase64StringValue(reader.Bytes()); break;
            default: json.WriteNullValue(); break;
        }
    }

    static void WriteDouble(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> list, int depth)
    {
        json.WriteStartArray();
        var reader = new WireReader(list);
        while (reader.Next())
        {
            if (reader.Field == 1)
                Write(json, reader.Bytes(), depth + 1);
            else
                reader.Skip();
        }
        json.WriteEndArray();
    }

    static void WriteMap(Utf8JsonWriter json, ReadOnlySpan<byte> map, int depth)
    {
        json.WriteStartObject();
        var reader = new WireReader(map);
        while (reader.Next())
        {
            if (reader.Field == 1)
                WritePair(json, reader.Bytes(), depth);
            else
                reader.Skip();
        }
        json.WriteEndObject();
    }

    static void WritePair(Utf8JsonWriter json, ReadOnlySpan<byte> pair, int depth)
    {
        var name = "";
        var value = ReadOnlySpan<byte>.Empty;
        var reader = new WireReader(pair);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 2: value = reader.Bytes(); break;
                default: reader.Skip(); break;
            }
        }
        json.WritePropertyName(name);
        Write(json, value, depth + 1);
    }
}
