using OpsDashboard.Access;
using OpsDashboard.Http;

namespace OpsDashboard.Alerts.Silences;

/// <summary><c>/api/silences</c>: list, read, preview, create, change, expire.</summary>
static class SilenceEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/silences", ListAsync).RequirePermission(Permission.ReadAlerts).WithTags("silences");
        routes.MapGet("/api/silences/{id:guid}", ReadAsync).RequirePermission(Permission.ReadAlerts).WithTags("silences");
        routes.MapPost("/api/silences/preview", PreviewAsync).RequirePermission(Permission.SilenceAlerts).WithTags("silences");
        routes.MapPost("/api/silences", CreateAsync).RequirePermission(Permission.SilenceAlerts).WithTags("silences");
        routes.MapPut("/api/silences/{id:guid}", ChangeAsync).RequirePermission(Permission.SilenceAlerts).WithTags("silences");
        routes.MapPost("/api/silences/{id:guid}/expire", ExpireAsync).RequirePermission(Permission.SilenceAlerts).WithTags("silences");
    }

    static async Task<IResult> ListAsync(SilenceBook silences, ICurrentActor current, TimeProvider clock, PageRequest page)
    {
        var now = clock.GetUtcNow();
        var cut = page.Of(silences.Current(await current.GetAsync()), silence => $"{silence.Id}");
        return Results.Json(new Page<object>([.. cut.Items.Select(silence => Describe(silence, now))], cut.Next), Json.Options);
    }

    static async Task<IResult> ReadAsync(HttpContext context, Guid id, SilenceBook silences, ICurrentActor current, TimeProvider clock, CancellationToken stop)
    {
        var silence = await silences.FindAsync(await current.GetAsync(), id, stop);
        return Versions.Ok(context, Describe(silence, clock.GetUtcNow()), silence.Version);
    }

    static async Task<IResult> PreviewAsync(SilenceInput body, SilenceBook silences, ICurrentActor current)
    {
        var preview = silences.Preview(await current.GetAsync(), body);
        return Results.Json(new
        {
            count = preview.Alerts.Count + preview.Others,
            others = preview.Others,
            alerts = preview.Alerts.Take(AlertQuery.MaxLimit).Select(alert => new { id = alert.Id, name = alert.Name, system = alert.SystemId, severity = alert.Severity, state = alert.State, summary = alert.Summary }),
        }, Json.Options);
    }

    static async Task<IResult> CreateAsync(HttpContext context, SilenceInput body, SilenceBook silences, ICurrentActor current, TimeProvider clock, CancellationToken stop)
    {
        var silence = await silences.CreateAsync(await current.GetAsync(), body, stop);
        context.Response.Headers.ETag = $"\"{silence.Version}\"";
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/silences/{silence.Id}";
        return Results.Json(Describe(silence, clock.GetUtcNow()), Json.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> ChangeAsync(HttpContext context, Guid id, SilenceInput body, SilenceBook silences, ICurrentActor current, TimeProvider clock, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        (object, int) Shown(Silence silence) => (Describe(silence, clock.GetUtcNow()), silence.Version);
        return await Versions.ChangeAsync(context,
            async version => Shown(await silences.ChangeAsync(actor, id, version, body, stop)),
            async () => Shown(await silences.FindAsync(actor, id, stop)));
    }

    static async Task<IResult> ExpireAsync(HttpContext context, Guid id, SilenceBook silences, ICurrentActor current, TimeProvider clock, CancellationToken stop)
    {
        var silence = await silences.ExpireAsync(await current.GetAsync(), id, stop);
        return Versions.Ok(context, Describe(silence, clock.GetUtcNow()), silence.Version);
    }

    static object Describe(Silence silence, DateTimeOffset now) => new
    {
        id = silence.Id,
        state = silence.StateAt(now),
        kind = silence.Kind,
        matchers = silence.Matchers.Select(MatcherText.Write),
        startsAt = silence.StartsAt,
        endsAt = silence.EndsAt,
        weekly = silence.Weekly,
        next = silence.NextAt(now) is { } next ? new { from = next.From, to = next.To } : null,
        reason = silence.Reason,
        creator = silence.CreatorName,
        createdAt = silence.CreatedAt,
        updatedAt = silence.UpdatedAt,
        version = silence.Version,
    };
}
