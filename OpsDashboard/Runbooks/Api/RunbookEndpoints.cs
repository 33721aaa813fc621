using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks.Api;

/// <summary><c>/api/runbooks</c>: list, read, preview, start.</summary>
static class RunbookEndpoints
{
    public sealed record PreviewBody(IReadOnlyDictionary<string, string>? Parameters = null, Guid? Alert = null);

    /// <param name="Plan">The hash that the preview showed.</param>
    /// <param name="Seal">The seal that the preview gave; it holds five minutes.</param>
    public sealed record StartBody(string? Plan = null, string? Seal = null, IReadOnlyDictionary<string, string>? Parameters = null, Guid? Alert = null, string? TypedName = null);

    /// <param name="Plan">The hash that the preview showed.</param>
    /// <param name="Seal">The seal that the preview gave; it holds five minutes.</param>
    /// <param name="TypedName">The runbook's name.</param>
    /// <param name="Password">Your own, where you signed in more than five minutes ago.</param>
    public sealed record BreakGlassBody(string? Plan = null, string? Seal = null, IReadOnlyDictionary<string, string>? Parameters = null, Guid? Alert = null, string? Reason = null, string? TypedName = null, string? Password = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/runbooks").WithTags("runbooks");
        api.MapGet("", ListAsync).RequirePermission(Permission.ReadRunbooks).WithSummary("The runbooks of the systems that you may read.");
        api.MapGet("/{id}", ReadAsync).RequirePermission(Permission.ReadRunbooks).WithSummary("One runbook.");
        api.MapPost("/{id}/preview", PreviewAsync).RequirePermission(Permission.ReadRunbooks).WithSummary("What a run would do, exactly, with the hash that a start confirms, and the seal that says when it was seen. Starts nothing.");
        api.MapPost("/{id}/start", StartAsync).RequirePermission(Permission.RunRunbooks).AnswerConflicts().WithSummary("Starts what was previewed: 202 with the run's address. Names hash and seal of a preview of at most five minutes ago. Needs an Idempotency-Key.");
        api.MapPost("/{id}/break-glass", BreakGlassAsync).RequirePermission(Permission.BreakGlass).LimitPerMinute(20).AnswerConflicts().WithSummary("Starts without the approval that it needs: a commander alone, with a reason and a fresh sign-in; reviewed within 24 h. Needs an Idempotency-Key.");
    }

    static async Task<IResult> ListAsync(RunbookList runbooks, Runs runs, ICurrentActor current, PageRequest page, string? system, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        var records = await runs.RecordsAsync(actor, stop);
        var cut = page.Of(runbooks.All(actor).Where(runbook => system is null || runbook.SystemId == system), runbook => runbook.Id);
        return Results.Json(new Page<object>([.. cut.Items.Select(runbook => RunView.Of(runbook, records.GetValueOrDefault(runbook.Id), runbook.MayBeRunBy(actor)))], cut.Next), Json.Options);
    }

    static async Task<IResult> ReadAsync(string id, RunbookList runbooks, Runs runs, ICurrentActor current, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        var runbook = runbooks.Find(actor, id);
        return Results.Json(RunView.Of(runbook, (await runs.RecordsAsync(actor, stop)).GetValueOrDefault(id), runbook.MayBeRunBy(actor), await runs.LastRecoveryAsync(actor, id, stop)), Json.Options);
    }

    static async Task<IResult> PreviewAsync(string id, PreviewBody? body, Previews previews, ICurrentActor current, CancellationToken stop) =>
        Results.Json(RunView.Of(await previews.MakeAsync(await current.GetAsync(), id, body?.Parameters ?? new Dictionary<string, string>(), body?.Alert, stop)), Json.Options);

    static Task<IResult> StartAsync(string id, StartBody? body, HttpContext context, Runs runs, ICurrentActor current, CancellationToken stop) =>
        BeginAsync(id, new(body?.Parameters ?? new Dictionary<string, string>(), body?.Alert, body?.Plan is { } hash ? new(hash, body.Seal) : null, KeyOf(context), body?.TypedName), context, runs, current, stop);

    static Task<IResult> BreakGlassAsync(string id, BreakGlassBody? body, HttpContext context, Runs runs, ICurrentActor current, CancellationToken stop) =>
        BeginAsync(id, new(body?.Parameters ?? new Dictionary<string, string>(), body?.Alert, body?.Plan is { } hash ? new(hash, body.Seal) : null, KeyOf(context), BreakGlass: new(body?.Reason, body?.TypedName, body?.Password)), context, runs, current, stop);

    static async Task<IResult> BeginAsync(string id, RunRequest request, HttpContext context, Runs runs, ICurrentActor current, CancellationToken stop)
    {
        var (run, _) = await runs.StartAsync(await current.GetAsync(), id, request, stop);
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/{Urls.Run(run.Id)}";
        return Results.Json(RunView.Of(run), Json.Options, statusCode: StatusCodes.Status202Accepted);
    }

    static string KeyOf(HttpContext context) => context.Request.Headers["Idempotency-Key"].ToString();
}
