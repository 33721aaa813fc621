using System.Globalization;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;
using OpsDashboard.Incidents.Leading;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents.Api;

/// <summary><c>/api/incidents</c>: list, open, read, timeline, what to do now, and everything that a button does.</summary>
static class IncidentEndpoints
{
    /// <param name="Alert">Id of the alert from which it is opened, or null.</param>
    public sealed record OpenBody(string? System = null, Guid? Alert = null, string? Title = null, IncidentSeverity? Severity = null, string? Component = null, string? Impact = null, DateTimeOffset? BeganAt = null, string? Template = null);

    public sealed record RoleBody(IncidentRole? Role = null, string? To = null, string? Reason = null);

    public sealed record StatusBody(IncidentStatus? Status = null, string? Note = null);

    public sealed record SeverityBody(IncidentSeverity? Severity = null, string? Note = null);

    public sealed record ResolveBody(string? Note = null, string? Cause = null, DateTimeOffset? RestoredAt = null);

    public sealed record NoteBody(string? Text = null, EntryKind? Kind = null);

    public sealed record ImpactBody(string? Impact = null, DateTimeOffset? Eta = null);

    public sealed record BeganBody(string? System = null, DateTimeOffset? BeganAt = null, string? Reason = null);

    public sealed record TextBody(string? Text = null);

    public sealed record PutOffBody(string? Proposal = null, string? Title = null, string? Reason = null);

    public sealed record TickBody(string? Phase = null, string? Step = null, bool IsDone = true);

    public sealed record TaskBody(string? Text = null, string? Owner = null, DateTimeOffset? DueAt = null, bool IsAction = false, Guid? Task = null);

    /// <param name="Incident">Number of the other.</param>
    public sealed record OtherBody(long? Incident = null, string? Reason = null, Guid? Alert = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/incidents").WithTags("incidents");
        api.MapGet("", ListAsync).RequirePermission(Permission.ReadIncidents).WithSummary("Incidents, the latest first.");
        api.MapPost("", OpenAsync).RequirePermission(Permission.HandleIncidents).WithSummary("Opens one, from an alert or by hand.");
        api.MapGet("/{id:guid}", ReadAsync).RequirePermission(Permission.ReadIncidents).WithSummary("One incident.");
        api.MapGet("/{id:guid}/timeline", TimelineAsync).RequirePermission(Permission.ReadIncidents).WithSummary("Its timeline, the latest first.");
        api.MapGet("/{id:guid}/proposals", ProposalsAsync).RequirePermission(Permission.ReadIncidents).WithSummary("What to do, the first one now.");
        Act<RoleBody>(api, "take", (desk, actor, id, body, stop) => desk.TakeAsync(actor, id, Role(body.Role), stop), "Takes a role that nobody has.");
        Act<RoleBody>(api, "offer", (desk, actor, id, body, stop) => desk.OfferAsync(actor, id, Role(body.Role), body.To, stop), "Asks somebody to take a role; it counts when accepted.");
        Act<RoleBody>(api, "accept", (desk, actor, id, body, stop) => desk.AcceptAsync(actor, id, Role(body.Role), stop), "Accepts a role that one was asked to take.");
        Act<RoleBody>(api, "decline-role", (desk, actor, id, body, stop) => desk.DeclineRoleAsync(actor, id, Role(body.Role), body.Reason, stop), "Says no to a role.");
        Act<RoleBody>(api, "leave", (desk, actor, id, body, stop) => desk.LeaveAsync(actor, id, Role(body.Role), stop), "Gives a role back.");
        Act<StatusBody>(api, "status", (desk, actor, id, body, stop) => desk.MoveAsync(actor, id, body.Status ?? throw new InvalidInputException("status", "is investigating or mitigating."), body.Note, stop), "Changes the status, with a note.");
        Act<SeverityBody>(api, "severity", (desk, actor, id, body, stop) => desk.RateAsync(actor, id, body.Severity ?? throw new InvalidInputException("severity", "is critical, high, medium or low."), body.Note, stop), "Changes the severity, with a note.");
        Act<ResolveBody>(api, "resolve", (desk, actor, id, body, stop) => desk.ResolveAsync(actor, id, body.Note, body.Cause, body.RestoredAt, stop), "Ends it, with a note.");
        Act<NoteBody>(api, "reopen", (desk, actor, id, body, stop) => desk.ReopenAsync(actor, id, body.Text, stop), "Opens a resolved one again, with a note.");
        Act<NoteBody>(api, "note", (desk, actor, id, body, stop) => desk.NoteAsync(actor, id, body.Kind ?? EntryKind.Note, body.Text, stop), "Writes a note, decision or hypothesis.");
        Act<TextBody>(api, "chat", (desk, actor, id, body, stop) => desk.PasteAsync(actor, id, body.Text, stop), "Takes a pasted chat apart into entries with their times.");
        Act<ImpactBody>(api, "impact", (desk, actor, id, body, stop) => desk.SayImpactAsync(actor, id, body.Impact, body.Eta, stop), "Says who is hit, and when it is expected to be over.");
        Act<BeganBody>(api, "began", (desk, actor, id, body, stop) => desk.SetBeganAsync(actor, id, body.System, body.BeganAt, body.Reason, stop), "Moves the start of the impact, with a reason.");
        Act<TextBody>(api, "bridge", (desk, actor, id, body, stop) => desk.SetBridgeAsync(actor, id, body.Text, stop), "Says where people meet.");
        Act<PutOffBody>(api, "put-off", (desk, actor, id, body, stop) => desk.PutOffAsync(actor, id, body.Proposal, body.Title, body.Reason, stop), "Puts a proposal off, with a reason.");
        Act<TextBody>(api, "phases", (desk, actor, id, body, stop) => desk.TakePhasesAsync(actor, id, body.Text, stop), "Follows the phases of a template from now on.");
        Act<TickBody>(api, "tick", (desk, actor, id, body, stop) => desk.TickAsync(actor, id, body.Phase, body.Step, body.IsDone, stop), "Ticks a step of a phase.");
        Act<TaskBody>(api, "task", (desk, actor, id, body, stop) => desk.AddTaskAsync(actor, id, body.Text, body.Owner, body.DueAt, body.IsAction, stop), "Adds a task, or an action item of the review.");
        Act<TaskBody>(api, "accept-task", (desk, actor, id, body, stop) => desk.AcceptTaskAsync(actor, id, TaskOf(body), stop), "Takes a task.");
        Act<TaskBody>(api, "finish-task", (desk, actor, id, body, stop) => desk.FinishTaskAsync(actor, id, TaskOf(body), stop), "Says that a task is done.");
        Act<OtherBody>(api, "join", (desk, actor, id, body, stop) => desk.JoinAsync(actor, id, body.Alert ?? throw new InvalidInputException("alert", "is the id of an alert."), stop), "An alert belongs to it from now on.");
        Act<OtherBody>(api, "merge", (desk, actor, id, body, stop) => desk.MergeAsync(actor, id, body.Incident, body.Reason, stop), "It goes on as another one.");
        Act<OtherBody>(api, "link", (desk, actor, id, body, stop) => desk.LinkAsync(actor, id, body.Incident, stop), "It has to do with another one.");
    }

    static void Act<TBody>(RouteGroupBuilder api, string verb, Func<IncidentDesk, Actor, Guid, TBody, CancellationToken, Task<Incident>> act, string summary) =>
        api.MapPost($"/{{id:guid}}/{verb}", async (Guid id, TBody body, IncidentDesk desk, ICurrentActor current, CancellationToken stop) =>
            Results.Json(IncidentView.Of(await act(desk, await current.GetAsync(), id, body, stop)), Json.Options))
            .RequirePermission(Permission.HandleIncidents).AnswerConflicts().WithSummary(summary);

    internal static RouteHandlerBuilder AnswerConflicts(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(async (invocation, next) =>
    {
        try
        {
            return await next(invocation);
        }
        catch (IncidentExistsException exists)
        {
            return Problems.Answer(StatusCodes.Status409Conflict, exists.Message, current: IncidentView.Of(exists.There));
        }
        catch (Exception conflict) when (conflict is IRefusal)
        {
            return Problems.Answer(StatusCodes.Status409Conflict, conflict.Message);
        }
    });

    static async Task<IResult> ListAsync(IncidentDesk desk, ICurrentActor current, PageRequest page, string? system, bool? open, string? severity, CancellationToken stop)
    {
        IncidentSeverity? wanted = severity is null ? null : Enum.TryParse<IncidentSeverity>(severity, ignoreCase: true, out var known) ? known : throw new InvalidInputException("severity", "is critical, high, medium or low.");
        var found = await desk.ListAsync(await current.GetAsync(), new(system is null ? null : [system], open, wanted), page.CursorNumber(), page.Limit + 1, stop);
        var cut = page.Cut(found, incident => incident.Number.ToString(CultureInfo.InvariantCulture));
        return Results.Json(new Page<object>([.. cut.Items.Select(incident => IncidentView.Of(incident))], cut.Next), Json.Options);
    }

    static async Task<IResult> OpenAsync(OpenBody body, HttpContext context, IncidentDesk desk, ICurrentActor current, CancellationToken stop)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } sent ? sent : Guid.NewGuid().ToString("N");
        try
        {
            var (incident, _) = await desk.OpenAsync(await current.GetAsync(), new(key, body.System, body.Alert, body.Title, body.Severity, body.Component, body.Impact, body.BeganAt, body.Template), stop);
            return Results.Json(IncidentView.Of(incident), Json.Options, statusCode: StatusCodes.Status201Created);
        }
        catch (IncidentExistsException exists)
        {
            return Problems.Answer(StatusCodes.Status409Conflict, exists.Message, current: IncidentView.Of(exists.There));
        }
    }

    static async Task<IResult> ReadAsync(Guid id, HttpContext context, IncidentDesk desk, ICurrentActor current, CancellationToken stop)
    {
        var (incident, version) = await desk.FindWithVersionAsync(await current.GetAsync(), id, stop);
        return Versions.Ok(context, IncidentView.Of(incident, version), version);
    }

    static async Task<IResult> TimelineAsync(Guid id, IncidentDesk desk, ICurrentActor current, PageRequest page, CancellationToken stop)
    {
        DateTimeOffset? before = page.CursorNumber() is { } micros ? Instant.FromMicroseconds(micros) : null;
        var found = await desk.TimelineAsync(await current.GetAsync(), id, before, page.Limit + 1, stop);
        var cut = page.Cut(found, entry => Instant.ToMicroseconds(entry.At).ToString(CultureInfo.InvariantCulture));
        return Results.Json(new Page<object>([.. cut.Items.Select(IncidentView.Of)], cut.Next), Json.Options);
    }

    static async Task<IResult> ProposalsAsync(Guid id, IncidentDesk desk, Advisor advisor, ICurrentActor current, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        var sight = await advisor.ReadAsync(actor, await desk.FindAsync(actor, id, stop), stop);
        return Results.Json(new { items = sight.Proposals.Select(proposal => new { key = proposal.Key, kind = proposal.Kind, title = proposal.Title, why = proposal.Why, url = proposal.Url, dueAt = proposal.DueAt }) }, Json.Options);
    }

    static IncidentRole Role(IncidentRole? role) => role ?? throw new InvalidInputException("role", $"is one of {string.Join(", ", Enum.GetValues<IncidentRole>().Select(IncidentWords.Of))}.");

    static Guid TaskOf(TaskBody body) => body.Task ?? throw new InvalidInputException("task", "is the id of a task.");
}
