using System.Globalization;
using System.Text;
using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Incidents.Numbers;

namespace OpsDashboard.Incidents.Api;

/// <summary><c>/api/incidents/numbers</c>: how fast incidents were taken and ended, for managers; spans are seconds, null where there was none.</summary>
static class NumberEndpoints
{
    static readonly string[] Columns = ["month", "system", "severity", "incidents", "mtta_mean_seconds", "mtta_median_seconds", "mttr_mean_seconds", "mttr_median_seconds", "rto_judged", "rto_met"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/incidents").WithTags("incidents");
        api.MapGet("/numbers", JsonAsync).RequirePermission(Permission.ReadIncidents).WithSummary("MTTA, MTTR, RTO met and counts by system, severity and month: ?from&to&system&severity.");
        api.MapGet("/numbers.csv", CsvAsync).RequirePermission(Permission.ReadIncidents).WithSummary("The same as CSV.");
    }

    static async Task<IResult> JsonAsync(IncidentDesk desk, ICurrentActor current, TimeProvider clock, string? from, string? to, string? system, string? severity, CancellationToken stop)
    {
        var numbers = await ReadAsync(desk, current, clock, from, to, system, severity, stop);
        return Results.Json(new { all = View(numbers.All), items = numbers.Rows().Select(row => new { month = row.Month, system = row.System, severity = row.Severity, figures = View(row.Figures) }) }, Json.Options);
    }

    static async Task<IResult> CsvAsync(HttpContext context, IncidentDesk desk, ICurrentActor current, TimeProvider clock, string? from, string? to, string? system, string? severity, CancellationToken stop)
    {
        var text = new StringBuilder(string.Join(',', Columns)).Append("\r\n");
        // Nothing in it is free text: systems are identifiers, the rest numbers.
        foreach (var (id, how, month, figures) in (await ReadAsync(desk, current, clock, from, to, system, severity, stop)).Rows())
        {
            text.Append(string.Join(',', month, id, IncidentWords.Of(how), figures.Count, Seconds(figures.Acknowledge.Mean), Seconds(figures.Acknowledge.Median), Seconds(figures.Restore.Mean), Seconds(figures.Restore.Median), figures.Judged, figures.Met)).Append("\r\n");
        }
        context.Response.Headers.CacheControl = "private, no-store";
        return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", "incidents.csv");
    }

    static async Task<IncidentNumbers> ReadAsync(IncidentDesk desk, ICurrentActor current, TimeProvider clock, string? from, string? to, string? system, string? severity, CancellationToken stop)
    {
        var (since, until) = (Time("from", from) ?? clock.GetUtcNow().AddYears(-1), Time("to", to));
        if (until <= since)
            throw new InvalidInputException("to", "lies behind from.");
        IncidentSeverity? wanted = severity is null ? null : Enum.TryParse<IncidentSeverity>(severity, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : throw new InvalidInputException("severity", "is critical, high, medium or low.");
        return await desk.NumbersAsync(await current.GetAsync(), new(system is null ? null : [system], Severity: wanted, OpenedSince: since, OpenedUntil: until), stop);
    }

    static object View(IncidentFigures figures) => new
    {
        incidents = figures.Count,
        bySeverity = figures.BySeverity.ToDictionary(pair => IncidentWords.Of(pair.Key), pair => pair.Value),
        acknowledge = View(figures.Acknowledge),
        restore = View(figures.Restore),
        rtoJudged = figures.Judged,
        rtoMet = figures.Met,
    };

    static object View(SpanFigure span) => new { count = span.Count, mean = span.Mean?.TotalSeconds, median = span.Median?.TotalSeconds };

    static string Seconds(TimeSpan? span) => span?.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) ?? "";

    static DateTimeOffset? Time(string field, string? text) => text is not { Length: > 0 } ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
        : throw new InvalidInputException(field, "is a time, such as 2026-10-01T00:00:00Z.");
}
