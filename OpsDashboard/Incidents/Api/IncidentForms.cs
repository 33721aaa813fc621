using System.Globalization;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents.Api;

/// <summary>The buttons of an incident as plain forms: they work before the circuit is up, and when it is down. A GET never acts.</summary>
static class IncidentForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/incidents/open", OpenAsync).RequirePermission(Permission.HandleIncidents).AsPlainForm();
        Act(routes, "take", "It is yours.", (desk, actor, id, form, stop) => desk.TakeAsync(actor, id, Choice<IncidentRole>(form, "role"), stop));
        Act(routes, "offer", "Asked. It goes over when it is accepted.", (desk, actor, id, form, stop) => desk.OfferAsync(actor, id, Choice<IncidentRole>(form, "role"), form["to"], stop));
        Act(routes, "accept", "Accepted: it is yours from now on.", (desk, actor, id, form, stop) => desk.AcceptAsync(actor, id, Choice<IncidentRole>(form, "role"), stop));
        Act(routes, "decline-role", "They know.", (desk, actor, id, form, stop) => desk.DeclineRoleAsync(actor, id, Choice<IncidentRole>(form, "role"), form["reason"], stop));
        Act(routes, "leave", "Nobody has it now.", (desk, actor, id, form, stop) => desk.LeaveAsync(actor, id, Choice<IncidentRole>(form, "role"), stop));
        Act(routes, "status", "The status is changed.", (desk, actor, id, form, stop) => desk.MoveAsync(actor, id, Choice<IncidentStatus>(form, "status"), form["note"], stop));
        Act(routes, "severity", "The severity is changed.", (desk, actor, id, form, stop) => desk.RateAsync(actor, id, Choice<IncidentSeverity>(form, "severity"), form["note"], stop));
        Act(routes, "resolve", "Resolved. Its review is waiting.", (desk, actor, id, form, stop) => desk.ResolveAsync(actor, id, form["note"], form["cause"], Time(form, "restoredAt"), stop));
        Act(routes, "reopen", "It is open again.", (desk, actor, id, form, stop) => desk.ReopenAsync(actor, id, form["note"], stop));
        Act(routes, "note", "Written down.", (desk, actor, id, form, stop) => desk.NoteAsync(actor, id, form["kind"].ToString() is { Length: > 0 } ? Choice<EntryKind>(form, "kind") : EntryKind.Note, form["text"], stop));
        Act(routes, "chat", "The chat is on the timeline.", (desk, actor, id, form, stop) => desk.PasteAsync(actor, id, form["text"], stop));
        Act(routes, "impact", "Everybody sees it.", (desk, actor, id, form, stop) => desk.SayImpactAsync(actor, id, form["impact"], Time(form, "eta"), stop));
        Act(routes, "began", "The clock runs from there.", (desk, actor, id, form, stop) => desk.SetBeganAsync(actor, id, form["system"], Time(form, "beganAt"), form["reason"], stop));
        Act(routes, "bridge", "Everybody sees where.", (desk, actor, id, form, stop) => desk.SetBridgeAsync(actor, id, form["text"], stop));
        Act(routes, "put-off", "Not now; the reason is on the timeline.", (desk, actor, id, form, stop) => desk.PutOffAsync(actor, id, form["proposal"], form["title"], form["reason"], stop));
        Act(routes, "phases", "These phases are followed now.", (desk, actor, id, form, stop) => desk.TakePhasesAsync(actor, id, form["template"], stop));
        Act(routes, "tick", "Kept.", (desk, actor, id, form, stop) => desk.TickAsync(actor, id, form["phase"], form["step"], form["done"] != "false", stop));
        Act(routes, "task", "The task is there.", (desk, actor, id, form, stop) => desk.AddTaskAsync(actor, id, form["text"], form["owner"], Time(form, "dueAt"), form["action"] == "true", stop));
        Act(routes, "accept-task", "It is yours.", (desk, actor, id, form, stop) => desk.AcceptTaskAsync(actor, id, TaskOf(form), stop));
        Act(routes, "finish-task", "Done.", (desk, actor, id, form, stop) => desk.FinishTaskAsync(actor, id, TaskOf(form), stop));
        Act(routes, "merge", "It goes on there.", (desk, actor, id, form, stop) => desk.MergeAsync(actor, id, Number(form), form["reason"], stop));
        Act(routes, "link", "They know of each other.", (desk, actor, id, form, stop) => desk.LinkAsync(actor, id, Number(form), stop));
    }

    static void Act(IEndpointRouteBuilder routes, string verb, string said, Func<IncidentDesk, Actor, Guid, IFormCollection, CancellationToken, Task> act) =>
        routes.MapPost($"/incidents/{{id:guid}}/{verb}", (Guid id, HttpContext context, IncidentDesk desk, ICurrentActor current, CancellationToken stop) =>
            PressedForm.AnswerAsync(context, current, IncidentUrls.Incident(id), verb, said, (actor, form) => act(desk, actor, id, form, stop))).RequirePermission(Permission.HandleIncidents).AsPlainForm();

    static async Task<IResult> OpenAsync(HttpContext context, IncidentDesk desk, ICurrentActor current, CancellationToken stop)
    {
        var form = await context.Request.ReadFormAsync(stop);
        var alert = Guid.TryParse(form["alert"], out var named) ? named : (Guid?)null;
        try
        {
            var severity = form["severity"].ToString() is { Length: > 0 } ? Choice<IncidentSeverity>(form, "severity") : (IncidentSeverity?)null;
            var (incident, _) = await desk.OpenAsync(await current.GetAsync(), new(PlainForm.KeyOf(context) ?? Guid.NewGuid().ToString("N"), Given(form, "system"), alert, Given(form, "title"), severity, Given(form, "component"), form["impact"], Time(form, "beganAt"), Given(form, "template")), stop);
            return PlainForm.Back(context, IncidentUrls.Incident(incident.Id));
        }
        catch (IncidentExistsException exists)
        {
            return PlainForm.Back(context, Urls.With(IncidentUrls.Incident(exists.There.Id), ("said", "exists")));
        }
        catch (Exception refused) when (Refusals.CodeOf(refused) is not null)
        {
            return PlainForm.Back(context, Urls.With(IncidentUrls.New(alert, Given(form, "system")), ("problem", Refusals.CodeOf(refused)), ("title", Given(form, "title")), ("impact", Given(form, "impact"))));
        }
    }

    static string? Given(IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    static T Choice<T>(IFormCollection form, string name) where T : struct, Enum =>
        Enum.TryParse<T>(form[name], ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : throw new InvalidInputException(name, $"is one of {string.Join(", ", Enum.GetNames<T>().Select(one => one.ToLowerInvariant()))}.");

    // Fields of the kind datetime-local say no zone: pages ask for UTC, and say so.
    static DateTimeOffset? Time(IFormCollection form, string name) => Given(form, name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
        : throw new InvalidInputException(name, "is a time in UTC, such as 2026-11-28T03:40.");

    static long? Number(IFormCollection form) => long.TryParse(form["incident"].ToString().Trim().Replace("INC-", "", StringComparison.OrdinalIgnoreCase), CultureInfo.InvariantCulture, out var number) ? number : null;

    static Guid TaskOf(IFormCollection form) => Guid.TryParse(form["task"], out var id) ? id : throw new InvalidInputException("task", "is the id of a task.");
}
