using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>The fields of a line as one JSON object, in their order.</summary>
static class FieldsJson
{
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Null: none.</summary>
    public static string? Write(IReadOnlyList<LogField> fields)
    {
        if (fields.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            foreach (var field in fields)
                Write(writer, field.Name, field);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>One field under a name.</summary>
    public static void Write(Utf8JsonWriter writer, string name, LogField field)
    {
        writer.WritePropertyName(name);
        if (field.IsLiteral)
            writer.WriteRawValue(field.Value, skipInputValidation: true);
        else
            writer.WriteStringValue(field.Value);
    }

    public static IReadOnlyList<LogField> Read(string? json)
    {
        if (json is null)
            return [];
        var fields = new List<LogField>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            fields.Add(reader.TokenType == JsonTokenType.String ? new(name, reader.GetString()!) : new(name, Encoding.UTF8.GetString(reader.ValueSpan), IsLiteral: true));
        }
        return fields;
    }
}
