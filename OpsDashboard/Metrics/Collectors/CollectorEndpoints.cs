using System.Text.Json;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors;

/// <summary><c>/api/collectors</c>: list, read, pause, resume. A collector's id is its path: system/component/job/instance.</summary>
static class CollectorEndpoints
{
    /// <param name="Reason">Why, for whoever finds it paused. The body may be left out.</param>
    public sealed record PauseRequest(string? Reason = null);

    const int DefaultLimit = 100, MaxLimit = 1000;
    const string One = "/api/collectors/{system}/{component}/{job}/{instance}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/collectors", ListAsync).RequirePermission(Permission.ReadCollectors).WithTags("collectors");
        routes.MapGet(One, ReadAsync).RequirePermission(Permission.ReadCollectors).WithTags("collectors");
        routes.MapPost(One + "/pause", (CollectorId id, PauseRequest? request, ICollectorControl control, ICurrentActor current, CancellationToken stop) =>
                ChangeAsync(id, (actor, target, ended) => control.PauseAsync(actor, target, request?.Reason, ended), current, stop))
            .RequirePermission(Permission.PauseCollectors).WithTags("collectors");
        routes.MapPost(One + "/resume", (CollectorId id, ICollectorControl control, ICurrentActor current, CancellationToken stop) => ChangeAsync(id, control.ResumeAsync, current, stop))
            .RequirePermission(Permission.PauseCollectors).WithTags("collectors");
    }

    static async Task<IResult> ListAsync(ICollectorStates states, ICurrentActor current, string? system, string? health, int? limit, string? cursor)
    {
        if (limit is < 1 or > MaxLimit)
            return Wrong("limit", $"Must be 1 to {MaxLimit}.");
        if (health is not null && !Enum.GetNames<CollectorHealth>().Contains(health, StringComparer.OrdinalIgnoreCase))
            return Wrong("health", "Must be unknown, ok or failing.");
        var actor = await current.GetAsync();
        var found = states.Current.Where(state => actor.May(Permission.ReadCollectors, state.Target.SystemId))
            .Where(state => (system is null || state.Target.SystemId == system) && (health is null || state.Health.ToString().Equals(health, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(state => state.Target.Id, StringComparer.Ordinal).SkipWhile(state => cursor is not null && string.CompareOrdinal(state.Target.Id, cursor) <= 0)
            .Take((limit ?? DefaultLimit) + 1).ToList();
        var page = found.Take(limit ?? DefaultLimit).ToList();
        return Results.Ok(new { items = page.Select(state => Describe(state, whole: false)), next = found.Count > page.Count ? page[^1].Target.Id : null });
    }

    static async Task<IResult> ReadAsync(CollectorId id, ICollectorStates states, ICurrentActor current)
    {
        var actor = await current.GetAsync();
        if (!actor.May(Permission.ReadCollectors, id.System))
            return Results.Problem(statusCode: StatusCodes.Status403Forbidden, title: "Not allowed", detail: $"{Permission.ReadCollectors} is not granted for {id.System}.");
        return states.Find(id.Text) is { } state ? Results.Ok(Describe(state, whole: true)) : Missing(id);
    }

    static async Task<IResult> ChangeAsync(CollectorId id, Func<Actor, string, CancellationToken, Task<CollectorState?>> change, ICurrentActor current, CancellationToken stop)
    {
        try
        {
            return await change(await current.GetAsync(), id.Text, stop) is { } state ? Results.Ok(Describe(state, whole: true)) : Missing(id);
        }
        catch (AccessDeniedException denied)
        {
            return Results.Problem(statusCode: StatusCodes.Status403Forbidden, title: "Not allowed", detail: denied.Message);
        }
    }

    static IResult Missing(CollectorId id) => Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "Not found", detail: $"There is no target {id.Text}.");

    static IResult Wrong(string field, string message) =>
        Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "Bad request", extensions: new Dictionary<string, object?> { ["errors"] = new[] { new { field, message } } });

    static object Describe(CollectorState state, bool whole) => new
    {
        id = state.Target.Id,
        system = state.Target.SystemId,
        component = state.Target.ComponentId,
        environment = state.Target.Environment,
        job = state.Target.Job,
        instance = state.Target.Instance,
        kind = state.Target.Kind,
        address = state.Target.Place,
        intervalSeconds = state.Target.Interval.TotalSeconds,
        timeoutSeconds = state.Target.Timeout.TotalSeconds,
        health = Camel(state.Health),
        failure = state.Failure == CollectFailure.None ? null : Camel(state.Failure),
        reason = state.Reason is null ? null : SecretMask.Text(state.Reason),
        note = state.Note,
        lastRunAt = state.LastRunAt?.UtcDateTime,
        durationSeconds = state.Duration.TotalSeconds,
        samples = state.Samples,
        missedTicks = state.MissedTicks,
        consecutiveFailures = state.ConsecutiveFailures,
        changedAt = state.ChangedAt?.UtcDateTime,
        silentSeriesCount = state.SilentCount,
        paused = state.Pause is null ? null : new { by = state.Pause.By, at = state.Pause.At.UtcDateTime, reason = state.Pause.Reason },
        silentSeries = whole ? state.Silent.Select(series => new { series = series.Labels.ToString(), lastSeenAt = series.LastSeenAt.UtcDateTime }) : null,
        history = whole ? state.History.Select(run => new { at = DateTimeOffset.FromUnixTimeMilliseconds(run.At).UtcDateTime, durationSeconds = run.Duration.TotalSeconds, failure = run.Failure == CollectFailure.None ? null : Camel(run.Failure) }) : null,
    };

    static string Camel<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>The four parts of a path. An instance that holds a slash is written with %2F.</summary>
    sealed record CollectorId(string System, string Text)
    {
        public static ValueTask<CollectorId?> BindAsync(HttpContext context)
        {
            string Part(string name) => Uri.UnescapeDataString(context.Request.RouteValues[name] as string ?? "");
            return ValueTask.FromResult<CollectorId?>(new(Part("system"), $"{Part("system")}/{Part("component")}/{Part("job")}/{Part("instance")}"));
        }
    }
}
