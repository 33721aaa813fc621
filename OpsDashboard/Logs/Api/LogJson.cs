using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using OpsDashboard.Logs.Store.Database;

namespace OpsDashboard.Logs.Api;

/// <summary>Lines as JSON: for the API, and one a line in the schema that intake reads, for other tools.</summary>
static class LogJson
{
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Ids and patterns are texts: as numbers, JavaScript would round them.</summary>
    public static object Describe(LogEntry entry) => new
    {
        id = Text(entry.Id),
        at = entry.At,
        receivedAt = entry.ReceivedAt,
        level = entry.Level,
        system = entry.SystemId,
        component = entry.Component,
        category = entry.Category,
        @event = entry.Event,
        correlationId = entry.CorrelationId,
        message = entry.Message,
        fields = entry.Fields.ToDictionary(field => field.Name, field => field.Value),
        source = entry.Source,
        flaws = Enum.GetValues<LineFlaws>().Where(flaw => flaw != LineFlaws.None && entry.Flaws.HasFlag(flaw)),
        pattern = Text(entry.Pattern),
    };

    /// <summary>The guides' schema again: <c>timestamp, level, correlation_id, category, event, …</c>, fields nested where their names have dots.</summary>
    public static void WriteLine(IBufferWriter<byte> output, LogEntry entry)
    {
        using (var writer = new Utf8JsonWriter(output, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("timestamp", entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
            if (entry.Level != LineLevel.None)
                writer.WriteString("level", entry.Level.ToString().ToUpperInvariant());
            Write(writer, "correlation_id", entry.CorrelationId);
            Write(writer, "category", entry.Category);
            Write(writer, "event", entry.Event);
            Write(writer, "system", entry.SystemId);
            Write(writer, "component", entry.Component);
            writer.WriteString("message", entry.Message);
            WriteFields(writer, [.. entry.Fields.Select(field => (field.Name, field))]);
            writer.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    static void WriteFields(Utf8JsonWriter writer, IReadOnlyList<(string Name, LogField Field)> fields)
    {
        foreach (var group in fields.GroupBy(field => field.Name.Split('.', 2)[0]))
        {
            var nested = group.Where(field => field.Name.Length > group.Key.Length + 1).ToList();
            foreach (var (name, field) in group.Except(nested))
                FieldsJson.Write(writer, name, field);
            // A name that is a value as well as a prefix keeps its dots: an object has each name once.
            if (nested.Count < group.Count())
            {
                foreach (var (name, field) in nested)
                    FieldsJson.Write(writer, name, field);
            }
            else if (nested.Count > 0)
            {
                writer.WriteStartObject(group.Key);
                WriteFields(writer, [.. nested.Select(field => (field.Name[(group.Key.Length + 1)..], field.Field))]);
                writer.WriteEndObject();
            }
        }
    }

    static void Write(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
