using OpsDashboard.Access;
using OpsDashboard.Alerts.Lists;
using OpsDashboard.Alerts.Notes;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Metrics;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Handling;

/// <summary>What the pages' buttons do: plain forms, which work before the circuit is up and without script. A GET never acts.</summary>
static class AlertForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/alerts/{id:guid}/acknowledge", AcknowledgeAsync).RequirePermission(Permission.AcknowledgeAlerts).AsPlainForm();
        routes.MapPost("/alerts/{id:guid}/release", ReleaseAsync).RequirePermission(Permission.AcknowledgeAlerts).AsPlainForm();
        routes.MapPost("/alerts/{id:guid}/note", NoteAsync).RequirePermission(Permission.AcknowledgeAlerts).AsPlainForm();
        routes.MapPost("/alerts/{id:guid}/silence", SilenceAsync).RequirePermission(Permission.SilenceAlerts).AsPlainForm();
        routes.MapPost("/alerts/{id:guid}/send-again", SendAgainAsync).RequirePermission(Permission.SendNotifications).AsPlainForm();
        routes.MapPost("/alerts/acknowledge", AcknowledgeManyAsync).RequirePermission(Permission.AcknowledgeAlerts).AsPlainForm();
    }

    static Task<IResult> AcknowledgeAsync(HttpContext context, Guid id, Acknowledgements acknowledgements, ICurrentActor current, CancellationToken stop) => AnswerAsync(context, Urls.Alert(id), async (actor, form) =>
    {
        var outcome = await acknowledgements.AcknowledgeAsync(actor, [id], new(form["note"], Duration(form, "for"), form["takeover"] == "true"), stop);
        return outcome.Held is [var held] ? new("held", $"{held.OwnerName} has it in hand already. Take it over on the alert's page.", IsDone: false)
            : outcome.Over.Count > 0 ? new("over", "The alert is resolved already.", IsDone: false)
            : new("acknowledged", "You have it in hand.");
    }, current);

    static Task<IResult> ReleaseAsync(HttpContext context, Guid id, Acknowledgements acknowledgements, ICurrentActor current, CancellationToken stop) => AnswerAsync(context, Urls.Alert(id), async (actor, _) =>
    {
        await acknowledgements.ReleaseAsync(actor, [id], stop);
        return new("released", "Nobody has it in hand now.");
    }, current);

    static Task<IResult> NoteAsync(HttpContext context, Guid id, AlertNotes notes, ICurrentActor current, CancellationToken stop) => AnswerAsync(context, Urls.Alert(id), async (actor, form) =>
    {
        await notes.AddAsync(actor, id, form["text"], stop);
        return new("noted", "The note is kept.");
    }, current);

    static Task<IResult> SilenceAsync(HttpContext context, Guid id, SilenceBook silences, ICurrentActor current, TimeProvider clock, CancellationToken stop) => AnswerAsync(context, Urls.Alert(id), async (actor, form) =>
    {
        var matchers = form["matchers"].ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var length = Duration(form, "for") ?? throw new InvalidInputException("for", "is a duration such as 2h, 30m or 1d.");
        await silences.CreateAsync(actor, new(matchers, null, clock.GetUtcNow() + length, form["reason"]), stop);
        return new("silenced", "Silenced. It stays visible; nobody is told meanwhile.");
    }, current);

    static Task<IResult> SendAgainAsync(HttpContext context, Guid id, NotificationLog log, ICurrentActor current, CancellationToken stop) => AnswerAsync(context, Urls.Alert(id), async (actor, form) =>
    {
        var notification = Guid.TryParse(form["notification"], out var read) ? read : throw new InvalidInputException("notification", "is an id.");
        await log.SendAgainAsync(actor, notification, form["method"].ToString() is { Length: > 0 } method ? method : null, stop);
        return new("sent", "It is on its way again.");
    }, current);

    static Task<IResult> AcknowledgeManyAsync(HttpContext context, Acknowledgements acknowledgements, HandledAlerts alerts, ICurrentActor current, CancellationToken stop) => AnswerAsync(context, Urls.Alerts, async (actor, form) =>
    {
        var chosen = AlertChoice.Of(form).In(alerts.Current(actor), actor);
        if (chosen.Count == 0)
            return new("none", "No open alert is chosen.", IsDone: false);
        var taken = 0;
        var held = 0;
        foreach (var part in chosen.Chunk(Acknowledgements.MostAlerts))
        {
            var outcome = await acknowledgements.AcknowledgeAsync(actor, part, new(form["note"]), stop);
            (taken, held) = (taken + outcome.Changed.Count, held + outcome.Held.Count);
        }
        return new("acknowledged", $"{(taken == 1 ? "1 alert is" : $"{taken:N0} alerts are")} in your hand{(held > 0 ? $"; {held:N0} stay with somebody else" : "")}.");
    }, current);

    /// <param name="Code">Which of the page's own words say it; what stands in an address may come from anybody.</param>
    /// <param name="Words">The same for script.</param>
    sealed record Said(string Code, string Words, bool IsDone = true);

    static async Task<IResult> AnswerAsync(HttpContext context, string page, Func<Actor, IFormCollection, Task<Said>> act, ICurrentActor current)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = form["back"].ToString() is { Length: > 0 } asked ? asked : page;
        try
        {
            var said = await act(await current.GetAsync(), form);
            if (PlainForm.WantsData(context.Request))
                return said.IsDone ? Results.Json(new { said = said.Words }, Json.Options) : Problems.Answer(StatusCodes.Status409Conflict, said.Words);
            return PlainForm.Back(context, Urls.With(back, (said.IsDone ? "said" : "problem", said.Code)));
        }
        catch (Exception refused) when (!PlainForm.WantsData(context.Request) && Refusals.CodeOf(refused) is not null)
        {
            return PlainForm.Back(context, Urls.With(back, ("problem", Refusals.CodeOf(refused))));
        }
    }

    static TimeSpan? Duration(IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } text
        ? PrometheusDuration.TryParse(text) ?? throw new InvalidInputException(name, "is a duration such as 2h, 30m or 1d.")
        : null;
}
