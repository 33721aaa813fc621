using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.OnCall.Policies;
using OpsDashboard.OnCall.Roster;
using OpsDashboard.OnCall.Rotations;

namespace OpsDashboard.OnCall.Api;

/// <summary><c>/api/oncall</c>: who is on call now or at another time, schedules, policies, overrides, what is paged.</summary>
static class OnCallEndpoints
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/oncall").WithTags("oncall");
        api.MapGet("", NowAsync).RequirePermission(Permission.ReadOnCall).WithSummary("Who is on call for each system, by level; ?at= another instant.");
        api.MapGet("/schedules", Schedules).RequirePermission(Permission.ReadOnCall);
        api.MapGet("/schedules/{id}", ScheduleAsync).RequirePermission(Permission.ReadOnCall).WithSummary("Who is on duty from ?from to ?to (a week from now), gaps included.");
        api.MapGet("/policies", Policies).RequirePermission(Permission.ReadOnCall);
        api.MapGet("/pages", PagesAsync).RequirePermission(Permission.ReadOnCall).WithSummary("What is paged now: who was paged when, what came of it, who comes next.");
        api.MapPost("/pages/{kind}/{**id}", NextLevelAsync).RequirePermission(Permission.AcknowledgeAlerts).WithSummary("Whoever has it cannot: the next level is paged at once.");
        api.MapGet("/overrides", Overrides).RequirePermission(Permission.ReadOnCall);
        api.MapGet("/overrides/{id:guid}", OverrideAsync).RequirePermission(Permission.ReadOnCall);
        api.MapPost("/overrides", CreateAsync).RequirePermission(Permission.TakeShifts);
        api.MapPut("/overrides/{id:guid}", ChangeAsync).RequirePermission(Permission.TakeShifts);
        api.MapDelete("/overrides/{id:guid}", RemoveAsync).RequirePermission(Permission.TakeShifts);
        api.MapPost("/test", TestAsync).RequirePermission(Permission.TakeShifts).WithSummary("Sends a test page by each of the caller's own contact methods.");
    }

    static async Task<IResult> NowAsync(OnCallBook book, ICurrentActor current, TimeProvider clock, DateTimeOffset? at)
    {
        var (actor, when) = (await current.GetAsync(), at ?? clock.GetUtcNow());
        var systems = book.Choice.Catalogue.Systems.Where(system => actor.May(Permission.ReadOnCall, system.Id)).ToArray();
        return Results.Json(new
        {
            at = when.ToUniversalTime(),
            systems = systems.Select(system => new { system = system.Id, policy = book.Choice.Of(system.Id)?.Id, levels = book.WhoIsOnCall(system.Id, when)?.Levels.Select(level => level.Select(Describe)) ?? [] }),
        }, Json.Options);
    }

    static object Describe(OnDuty one) => new
    {
        person = one.Person?.Id,
        name = one.Person?.Name ?? "nobody",
        schedule = one.Schedule?.Id,
        until = one.Until,
        then = one.Then?.Name,
        isOverride = one.IsOverride,
    };

    static IResult Schedules(OnCallBook book, TimeProvider clock) => Results.Json(new Page<object>([.. book.Plan.Schedules.Values.Select(schedule => new
    {
        id = schedule.Id,
        name = schedule.Name,
        timeZone = schedule.Zone.Id,
        now = Describe(book.WhoIs(schedule, clock.GetUtcNow())),
    })], null), Json.Options);

    static IResult ScheduleAsync(string id, OnCallBook book, TimeProvider clock, DateTimeOffset? from, DateTimeOffset? to)
    {
        if (!book.Plan.Schedules.TryGetValue(id, out var schedule))
            throw new NotFoundException($"schedule {id}");
        var begins = (from ?? clock.GetUtcNow()).ToUniversalTime();
        var ends = (to ?? begins.AddDays(7)).ToUniversalTime();
        if (ends <= begins || ends - begins > Longest)
            throw new InvalidInputException("to", $"is later than from, by at most {Longest.TotalDays:0} days.");
        return Results.Json(new
        {
            id = schedule.Id,
            name = schedule.Name,
            timeZone = schedule.Zone.Id,
            duties = schedule.Between(begins, ends, book.Overrides).Select(duty => new { from = duty.From, to = duty.To, person = duty.PersonId, name = book.PersonOf(duty)?.Name ?? "nobody", isGap = duty.IsGap, @override = duty.OverrideId }),
        }, Json.Options);
    }

    static IResult Policies(OnCallBook book) => Results.Json(new Page<object>([.. book.Plan.Policies.Values.Select(policy => Describe(policy, book.Plan))], null), Json.Options);

    static object Describe(EscalationPolicy policy, OnCallPlan plan) => new
    {
        id = policy.Id,
        name = policy.Name,
        forgottenAfter = policy.ForgottenAfter.TotalSeconds,
        pages = policy.Pages.Select(Alerts.Silences.MatcherText.Write),
        levels = policy.Levels.Select(level => new { after = level.After?.TotalSeconds, repeat = level.Repeat, every = level.Every.TotalSeconds, targets = level.Targets.Select(target => new { kind = target.Kind, id = target.Id, name = plan.NameOf(target) }) }),
    };

    static async Task<IResult> PagesAsync(Pager pager, ICurrentActor current, CancellationToken stop) =>
        Results.Json(new Page<object>([.. (await pager.OpenAsync(await current.GetAsync(), stop)).Select(Describe)], null), Json.Options);

    static object Describe(PagingReport report) => new
    {
        kind = report.Call.Kind,
        id = report.Call.MatterId,
        system = report.Call.SystemId,
        component = report.Call.ComponentId,
        policy = report.Call.PolicyId,
        severity = report.Call.Severity,
        sentence = report.Call.Sentence,
        alerts = report.Call.AlertIds,
        startedAt = report.Call.StartedAt,
        level = report.Level,
        acknowledgedAt = report.Call.AcknowledgedAt,
        acknowledgedBy = report.Call.AcknowledgedBy,
        forgottenAt = report.Call.ForgottenAt,
        stoppedAt = report.Call.StoppedAt,
        note = report.Call.Note,
        next = report.Next is { } next ? new { at = next.At, level = next.Level, names = next.Names } : null,
        pages = report.Pages.Select(page => new { at = page.At, level = page.Level + 1, person = page.PersonId, name = page.PersonName, state = page.State, detail = page.Detail, deliveredAt = page.DeliveredAt }),
    };

    static async Task<IResult> NextLevelAsync(string kind, string id, Pager pager, ICurrentActor current, CancellationToken stop)
    {
        const string verb = "/next-level";
        if (!id.EndsWith(verb, StringComparison.Ordinal))
            throw new NotFoundException("such action");
        var actor = await current.GetAsync();
        var matter = id[..^verb.Length];
        if (!await pager.NextLevelAsync(actor, kind, matter, stop))
            throw new NoFurtherLevelException();
        return Results.Json(Describe((await pager.FindAsync(actor, kind, matter, stop))!), Json.Options);
    }

    static IResult Overrides(OnCallBook book, PageRequest page)
    {
        var cut = page.Of(book.Overrides.OrderByDescending(one => one.Id).ToList(), one => $"{one.Id}");
        return Results.Json(new Page<object>([.. cut.Items.Select(Describe)], cut.Next), Json.Options);
    }

    static async Task<IResult> OverrideAsync(HttpContext context, Guid id, ShiftBook shifts, CancellationToken stop)
    {
        var one = await shifts.FindAsync(id, stop);
        return Versions.Ok(context, Describe(one), one.Version);
    }

    static async Task<IResult> CreateAsync(HttpContext context, OverrideInput body, ShiftBook shifts, ICurrentActor current, CancellationToken stop)
    {
        var made = await shifts.CreateAsync(await current.GetAsync(), body, stop);
        context.Response.Headers.ETag = $"\"{made.Version}\"";
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/oncall/overrides/{made.Id}";
        return Results.Json(Describe(made), Json.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> ChangeAsync(HttpContext context, Guid id, OverrideInput body, ShiftBook shifts, ICurrentActor current, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        (object, int) Shown(ShiftOverride one) => (Describe(one), one.Version);
        return await Versions.ChangeAsync(context, async version => Shown(await shifts.ChangeAsync(actor, id, version, body, stop)), async () => Shown(await shifts.FindAsync(id, stop)));
    }

    static async Task<IResult> RemoveAsync(HttpContext context, Guid id, ShiftBook shifts, ICurrentActor current, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        (object, int) Shown(ShiftOverride one) => (Describe(one), one.Version);
        return await Versions.ChangeAsync(context, async version =>
        {
            var gone = await shifts.FindAsync(id, stop);
            await shifts.RemoveAsync(actor, id, version, stop);
            return Shown(gone);
        }, async () => Shown(await shifts.FindAsync(id, stop)));
    }

    static object Describe(ShiftOverride one) => new { id = one.Id, schedule = one.ScheduleId, person = one.PersonId, from = one.From, to = one.To, reason = one.Reason, madeBy = one.MadeBy, madeAt = one.MadeAt, version = one.Version };

    static async Task<IResult> TestAsync(OwnPerson own, ICurrentActor current, CancellationToken stop) => Results.Json(new { methods = await own.TestAsync(await current.GetAsync(), stop) }, Json.Options);
}
