using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;

namespace OpsDashboard.Logs.Api;

/// <summary>
/// POST /api/ingest/logs[?system=…&amp;component=…]: JSON lines, or plain text where the type says so. All or nothing: where one line is no JSON object, older than
/// the retention or of a system that the sender may not write to, nothing of the batch is stored, and every such line is named.
/// </summary>
static class IngestEndpoint
{
    /// <summary>Lines that an answer names; of more it says how many.</summary>
    const int MostNamed = 1000;

    static readonly string[] JsonTypes = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/ingest/logs", StoreAsync).RequirePermission(Permission.WriteLogs).WithTags("Logs")
        .WithSummary("Stores lines: JSON objects one a line (application/x-ndjson), or plain text (text/plain), gzip or not; all of them or, where some are refused, none.");

    static async Task<IResult> StoreAsync(HttpRequest request, ICurrentActor current, ILogAppender appender, LogsOptions options, TimeProvider clock, string? system, string? component, CancellationToken stop)
    {
        var type = (request.ContentType ?? JsonTypes[0]).Split(';')[0].Trim();
        var isText = type.Equals("text/plain", StringComparison.OrdinalIgnoreCase);
        if (!isText && !JsonTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
            return Problems.Answer(StatusCodes.Status415UnsupportedMediaType, "Send application/x-ndjson (a JSON object a line) or text/plain.");
        if (request.Headers.ContentEncoding.ToString() is not ("" or "gzip" or "x-gzip" or "identity"))
            return Problems.Answer(StatusCodes.Status415UnsupportedMediaType, "Send the body as it is, or packed with gzip.");
        var actor = await current.GetAsync();
        var systemId = string.IsNullOrWhiteSpace(system) ? null : system.Trim();
        if (systemId is not null)
            actor.Demand(Permission.WriteLogs, systemId);
        byte[]? body;
        try
        {
            body = await IngestBody.ReadAsync(request, options.MaxBodyBytes, stop);
        }
        catch (InvalidDataException)
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "The body is not packed as its encoding says.", [new("body", "is no gzip.")]);
        }
        if (body is null)
            return Problems.Answer(StatusCodes.Status413PayloadTooLarge, $"A request holds {options.MaxBodyBytes} bytes at most, unpacked; send fewer lines at a time.");
        var origin = new LineOrigin(systemId, string.IsNullOrWhiteSpace(component) ? null : component.Trim(), "http");
        var (entries, problems) = Read(body, origin, isText, clock.GetUtcNow() - options.Retention, clock);
        Demand(actor, entries, systemId);
        if (problems.Count > 0)
            return Problems.Answer(StatusCodes.Status400BadRequest, $"{problems.Count} lines are refused; nothing of the batch is stored.", Named(problems));
        try
        {
            var outcome = await appender.AppendAsync(entries, stop);
            return Results.Json(new { stored = outcome.Stored, flawed = entries.Count(entry => entry.Flaws != LineFlaws.None) }, Json.Options);
        }
        catch (LogsFullException full)
        {
            request.HttpContext.Response.Headers.RetryAfter = $"{Math.Ceiling(full.RetryAfter.TotalSeconds)}";
            return Problems.Answer(StatusCodes.Status429TooManyRequests, full.Message);
        }
    }

    static (List<LogEntry> Entries, List<(int Line, string Reason)> Problems) Read(ReadOnlySpan<byte> body, LineOrigin origin, bool isText, DateTimeOffset oldest, TimeProvider clock)
    {
        var (entries, problems) = (new List<LogEntry>(), new List<(int, string)>());
        var now = Storage.Instant.Now(clock);
        for (var number = 1; body.Length > 0; number++)
        {
            var end = body.IndexOf((byte)'\n');
            var line = (end < 0 ? body : body[..end]).TrimEnd((byte)'\r');
            body = end < 0 ? [] : body[(end + 1)..];
            if (line.Trim(" \t"u8).Length == 0)
                continue;
            var entry = isText ? LogLine.Parse(line, origin, now) : LogLine.ParseJson(line, origin, now);
            if (entry is null)
                problems.Add((number, line.Length > LogLimits.MaxLineBytes ? $"is longer than {LogLimits.MaxLineBytes} bytes." : "is no JSON object."));
            else if (entry.At < oldest)
                problems.Add((number, "is older than lines are kept."));
            else
                entries.Add(entry);
        }
        return (entries, problems);
    }

    static void Demand(Actor actor, List<LogEntry> entries, string? asked)
    {
        if (asked is not null)
            return;
        foreach (var system in entries.Select(entry => entry.SystemId).Distinct(StringComparer.Ordinal))
            actor.Demand(Permission.WriteLogs, system);
    }

    static List<FieldProblem> Named(List<(int Line, string Reason)> problems)
    {
        var named = problems.Take(MostNamed).Select(problem => new FieldProblem($"line {problem.Line}", problem.Reason)).ToList();
        if (problems.Count > MostNamed)
            named.Add(new("", $"And {problems.Count - MostNamed} further lines, from line {problems[MostNamed].Line} to line {problems[^1].Line}."));
        return named;
    }
}
