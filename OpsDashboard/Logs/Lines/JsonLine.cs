using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpsDashboard.Logs.Lines;

/// <summary>A line that is one JSON object: known names become parts of the entry, everything else fields, flattened with dots.</summary>
static class JsonLine
{
    static readonly JsonReaderOptions Tolerant = new() { CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 32 };

    /// <summary>False: no JSON object; the draft may have been filled in part.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, LineDraft draft)
    {
        try
        {
            var reader = new Utf8JsonReader(line, Tolerant);
            reader.Read();
            ReadObject(ref reader, "", draft);
            draft.Message ??= draft.Event ?? Encoding.UTF8.GetString(line);
            // Nothing but white space may follow.
            return !reader.Read();
        }
        // The second: an escape that stands for half a character.
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    static void ReadObject(ref Utf8JsonReader reader, string prefix, LineDraft draft)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!.Replace('\0', '\uFFFD');
            reader.Read();
            ReadValue(ref reader, prefix.Length == 0 ? name : $"{prefix}.{name}", prefix.Length == 0, draft);
        }
    }

    static void ReadValue(ref Utf8JsonReader reader, string name, bool isTop, LineDraft draft)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadObject(ref reader, name, draft);
                break;
            case JsonTokenType.StartArray:
                draft.Add(name, ReadArray(ref reader));
                break;
            case JsonTokenType.String:
                var text = reader.GetString()!.Replace('\0', '\uFFFD');
                if (!isTop || !TakeText(name, text, draft))
                    draft.Add(name, text);
                break;
            case JsonTokenType.Number:
                var number = Encoding.UTF8.GetString(reader.ValueSpan);
                if (!isTop || !TakeNumber(name, number, draft))
                    draft.Add(name, number, isLiteral: true);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                draft.Add(name, reader.GetBoolean() ? "true" : "false", isLiteral: true);
                break;
        }
    }

    // Lines of a stack are a text again; what else stands in arrays stays JSON.
    static string ReadArray(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? string.Join('\n', document.RootElement.EnumerateArray().Select(one => one.GetString()!.Replace('\0', '\uFFFD')))
            : document.RootElement.GetRawText();
    }

    /// <summary>False: it is a field like others, also where it is a known name whose value cannot be read.</summary>
    static bool TakeText(string name, string text, LineDraft draft)
    {
        switch (Known(name))
        {
            case "time" when draft.At is null && LineTimes.OfText(text, draft.ReceivedAt) is { } at:
                draft.At = at;
                return true;
            case "level" when draft.Level == LineLevel.None && LineLevels.OfWord(text.AsSpan().Trim()) is not LineLevel.None and var level:
                draft.Level = level;
                return true;
            case "message" when draft.Message is null:
                draft.Message = text;
                return true;
            case "correlation" when draft.CorrelationId is null && text.Length <= LogLimits.MaxName:
                draft.CorrelationId = text;
                return true;
            case "trace":
                draft.TraceId ??= text.Length <= LogLimits.MaxName ? text : null;
                return false;
            case "category" when draft.Category is null && text.Length <= LogLimits.MaxName:
                draft.Category = text;
                return true;
            case "event" when draft.Event is null && text.Length <= LogLimits.MaxName:
                draft.Event = text;
                return true;
            case "component" when draft.Component is null && text.Length <= LogLimits.MaxName:
                draft.Component = text;
                return true;
            case "system" when draft.TakesSystem && draft.System is null && text.Length <= LogLimits.MaxName:
                draft.System = text;
                return true;
            default:
                return false;
        }
    }

    static bool TakeNumber(string name, string text, LineDraft draft)
    {
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        switch (Known(name))
        {
            case "time" when draft.At is null && LineTimes.OfNumber(number) is { } at:
                draft.At = at;
                return true;
            case "level" when draft.Level == LineLevel.None && LineLevels.OfNumber(number) is not LineLevel.None and var level:
                draft.Level = level;
                return true;
            case "correlation" when draft.CorrelationId is null:
                draft.CorrelationId = text;
                return true;
            default:
                return false;
        }
    }

    static string? Known(string name) => name.Length > 16 ? null : name.ToLowerInvariant() switch
    {
        "timestamp" or "@timestamp" or "time" or "ts" or "datetime" or "@t" => "time",
        "level" or "severity" or "lvl" or "log.level" or "loglevel" or "levelname" or "severity_text" or "@l" => "level",
        "message" or "msg" or "@m" => "message",
        "correlation_id" or "correlationid" or "correlation-id" or "correlation" => "correlation",
        "trace_id" or "traceid" => "trace",
        "category" => "category",
        "event" or "event_name" or "eventname" => "event",
        "component" or "service" => "component",
        "system" or "system_id" or "systemid" => "system",
        _ => null,
    };
}
