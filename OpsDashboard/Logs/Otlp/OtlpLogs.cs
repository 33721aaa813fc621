using System.Text;
using OpsDashboard.Logs.Lines;
using OpsDashboard.Metrics.Intake.Otlp;
using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Logs.Otlp;

/// <summary>Reads an ExportLogsServiceRequest (opentelemetry/proto/collector/logs/v1) into entries.</summary>
static class OtlpLogs
{
    const string Source = "otlp";

    /// <param name="system">For resources that name no system of their own.</param>
    /// <exception cref="MalformedWriteException">The bytes are no such message.</exception>
    public static List<LogEntry> Read(ReadOnlySpan<byte> message, string? system, DateTimeOffset receivedAt)
    {
        var entries = new List<LogEntry>();
        var request = new WireReader(message);
        while (request.Next())
        {
            if (request.Field == 1)
                ReadResource(request.Bytes(), system, receivedAt, entries);
            else
                request.Skip();
        }
        return entries;
    }

    static void ReadResource(ReadOnlySpan<byte> message, string? system, DateTimeOffset receivedAt, List<LogEntry> entries)
    {
        var resource = OtlpResource.Of(message, system);
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 2)
                ReadScope(reader.Bytes(), resource, receivedAt, entries);
            else
                reader.Skip();
        }
    }

    // The scope's name may stand after its records.
    static void ReadScope(ReadOnlySpan<byte> message, OtlpResource resource, DateTimeOffset receivedAt, List<LogEntry> entries)
    {
        var scope = "";
        var names = new WireReader(message);
        while (names.Next())
        {
            if (names.Field == 1)
                scope = ScopeName(names.Bytes());
            else
                names.Skip();
        }
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 2)
                entries.Add(ReadRecord(reader.Bytes(), resource, scope, receivedAt));
            else
                reader.Skip();
        }
    }

    static string ScopeName(ReadOnlySpan<byte> message)
    {
        var name = "";
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
                name = Encoding.UTF8.GetString(reader.Bytes());
            else
                reader.Skip();
        }
        return name;
    }

    static LogEntry ReadRecord(ReadOnlySpan<byte> message, OtlpResource resource, string scope, DateTimeOffset receivedAt)
    {
        var component = resource.Value("component") is { Length: > 0 } named ? named : resource.Value("service.name");
        var draft = new LineDraft(new(resource.System, component.Length > 0 ? component : null, Source), receivedAt);
        var (at, observed, level, severity) = (0UL, 0UL, 0L, "");
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: at = reader.Fixed64(); break;
                case 2: level = reader.Int64(); break;
                case 3: severity = Encoding.UTF8.GetString(reader.Bytes()); break;
                case 5: draft.Message = Clean(OtlpAttributes.Value(reader.Bytes())); break;
                case 6: Take(OtlpAttributes.Read(reader.Bytes()), draft); break;
                case 9: draft.TraceId = Id(reader.Bytes(), "trace_id", draft); break;
                case 10: Id(reader.Bytes(), "span_id", draft); break;
                case 11: observed = reader.Fixed64(); break;
                case 12: draft.Event ??= Encoding.UTF8.GetString(reader.Bytes()); break;
                default: reader.Skip(); break;
            }
        }
        // The specification: where it is not known when it happened, when it was observed.
        draft.At = Instant(at != 0 ? at : observed);
        draft.Level = Level(level) is not LineLevel.None and var told ? told : LineLevels.OfWord(severity);
        AddContext(draft, severity, scope, resource);
        return draft.ToEntry();
    }

    static void AddContext(LineDraft draft, string severity, string scope, OtlpResource resource)
    {
        if (severity.Length > 0)
            draft.Add("severity_text", Clean(severity));
        if (scope.Length > 0)
            draft.Add("scope", Clean(scope));
        foreach (var (name, value) in resource.Attributes.Where(attribute => attribute.Name is not ("system" or "component")))
            draft.Add($"resource.{Clean(name)}", Clean(value));
    }

    static void Take(OtlpAttribute attribute, LineDraft draft)
    {
        switch (attribute.Name)
        {
            case "correlation_id" or "correlation.id" when draft.CorrelationId is null: draft.CorrelationId = Clean(attribute.Value); break;
            case "category" when draft.Category is null: draft.Category = Clean(attribute.Value); break;
            case "event" or "event.name" when draft.Event is null: draft.Event = Clean(attribute.Value); break;
            default: draft.Add(Clean(attribute.Name), Clean(attribute.Value)); break;
        }
    }

    static string? Id(ReadOnlySpan<byte> bytes, string name, LineDraft draft)
    {
        if (bytes.IsEmpty || bytes.IndexOfAnyExcept((byte)0) < 0)
            return null;
        var id = Convert.ToHexStringLower(bytes);
        draft.Add(name, id);
        return id;
    }

    // No database keeps the character 0.
    static string Clean(string text) => text.Replace('\0', '\uFFFD');

    static DateTimeOffset? Instant(ulong nanoseconds) =>
        nanoseconds == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 1000) * TimeSpan.TicksPerMicrosecond);

    // SeverityNumber: four numbers a level, from TRACE at 1 to FATAL4 at 24.
    static LineLevel Level(long severity) => severity is >= 1 and <= 24 ? (LineLevel)((severity + 3) / 4) : LineLevel.None;
}
