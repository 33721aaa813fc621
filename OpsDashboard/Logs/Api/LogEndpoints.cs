using System.Globalization;
using OpsDashboard.Access;
using OpsDashboard.Http;

namespace OpsDashboard.Logs.Api;

/// <summary><c>/api/logs</c>: search, counts, patterns, a chain, one line, an export. Filters as <see cref="LogAddress"/> reads them.</summary>
static class LogEndpoints
{
    /// <summary>Bars of a chart where nobody says how many.</summary>
    const int DefaultBars = 60;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var logs = routes.MapGroup("/api/logs").RequirePermission(Permission.ReadLogs).WithTags("Logs");
        logs.MapGet("/", SearchAsync).WithSummary("Searches lines, newest first: ?q=&case=&system=&level=&levels=&category=&event=&component=&correlationId=&pattern=&field.x=&from=&to=&range=&saved=.");
        logs.MapGet("/{id:long}", ReadAsync).WithSummary("One line.");
        logs.MapGet("/counts", CountsAsync).WithSummary("Counts lines by time step and level, filtered as a search.");
        logs.MapGet("/patterns", PatternsAsync).WithSummary("Groups lines by pattern, those new since ?newSince= first; filtered as a search.");
        logs.MapGet("/chain/{correlationId}", ChainAsync).WithSummary("Everything with one correlation id, across systems, oldest first.");
        logs.MapGet("/saved", Saved).WithSummary("The searches that can be named by ?saved=.");
        logs.MapGet("/export", ExportAsync).WithSummary("All lines of a search as JSON lines, newest first.");
    }

    static async Task<IResult> SearchAsync(HttpRequest request, PageRequest page, ILogQuery query, ICurrentActor current, TimeProvider clock, CancellationToken stop)
    {
        var filter = LogAddress.Read(request.Query, clock.GetUtcNow(), out var saved);
        var limit = request.Query.ContainsKey("limit") ? page.Limit : saved?.Limit ?? page.Limit;
        var found = await query.SearchAsync(await current.GetAsync(), filter, page.Cursor, limit, stop);
        return Results.Json(new { items = found.Entries.Select(LogJson.Describe), next = found.Next is null ? null : PageRequest.Encode(found.Next), searchedTo = found.SearchedTo }, Json.Options);
    }

    static async Task<IResult> ReadAsync(long id, ILogQuery query, ICurrentActor current, CancellationToken stop) =>
        Results.Json(LogJson.Describe(await query.FindAsync(await current.GetAsync(), id, stop) ?? throw new NotFoundException("such line")), Json.Options);

    static async Task<IResult> CountsAsync(HttpRequest request, int? bars, ILogQuery query, ICurrentActor current, TimeProvider clock, CancellationToken stop)
    {
        var counts = await query.CountsAsync(await current.GetAsync(), LogAddress.Read(request.Query, clock.GetUtcNow(), out _), bars ?? DefaultBars, stop);
        return Results.Json(counts, Json.Options);
    }

    static async Task<IResult> PatternsAsync(HttpRequest request, DateTimeOffset? newSince, int? limit, ILogQuery query, ICurrentActor current, TimeProvider clock, CancellationToken stop)
    {
        if (limit is < 1 or > PageRequest.MaxLimit)
            throw new InvalidInputException("limit", $"is a number between 1 and {PageRequest.MaxLimit}.");
        var filter = LogAddress.Read(request.Query, clock.GetUtcNow(), out _);
        var found = await query.PatternsAsync(await current.GetAsync(), filter, newSince ?? clock.GetUtcNow() - TimeSpan.FromHours(1), limit ?? PageRequest.DefaultLimit, stop);
        return Results.Json(new
        {
            from = found.From,
            to = found.To,
            isComplete = found.IsComplete,
            items = found.Patterns.Select(pattern => new
            {
                id = LogJson.Text(pattern.Id),
                system = pattern.SystemId,
                pattern.Level,
                pattern.Category,
                pattern.Event,
                pattern.Text,
                pattern.Lines,
                pattern.FirstSeenAt,
                pattern.LastSeenAt,
                pattern.UsualPerHour,
                pattern.Example,
                pattern.IsNew,
            }),
        }, Json.Options);
    }

    static async Task<IResult> ChainAsync(string correlationId, ILogQuery query, ICurrentActor current, CancellationToken stop)
    {
        var chain = await query.ChainAsync(await current.GetAsync(), correlationId, stop);
        return Results.Json(new { items = chain.Select(LogJson.Describe), isComplete = chain.Count < ILogQuery.MaxChain }, Json.Options);
    }

    static IResult Saved() => Results.Json(new { items = SavedSearches.All.Select(search => new { search.Id, search.Title, search.Limit, search.IsSecurity, address = LogAddress.Of(search.Filter) }) }, Json.Options);

    static async Task<IResult> ExportAsync(HttpContext context, ILogQuery query, ICurrentActor current, TimeProvider clock, CancellationToken stop)
    {
        var filter = LogAddress.Read(context.Request.Query, clock.GetUtcNow(), out _);
        var lines = query.ReadAsync(await current.GetAsync(), filter, stop).GetAsyncEnumerator(stop);
        await using (lines)
        {
            // What is refused is refused before the first byte.
            var any = await lines.MoveNextAsync();
            context.Response.ContentType = "application/x-ndjson";
            context.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"logs-{clock.GetUtcNow():yyyyMMdd-HHmmss}.jsonl\"");
            for (; any; any = await lines.MoveNextAsync())
            {
                LogJson.WriteLine(context.Response.BodyWriter, lines.Current);
                await context.Response.BodyWriter.FlushAsync(stop);
            }
        }
        return Results.Empty;
    }
}
