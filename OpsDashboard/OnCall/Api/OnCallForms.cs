using System.Globalization;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Http;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.OnCall.Rotations;
using OpsDashboard.Ui;

namespace OpsDashboard.OnCall.Api;

/// <summary>What the pages' buttons do: plain forms, which work before the circuit is up and without script.</summary>
static class OnCallForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/alerts/{id:guid}/next-level", NextLevelAsync).RequirePermission(Permission.AcknowledgeAlerts).AsPlainForm();
        routes.MapPost("/oncall/overrides", TakeAsync).RequirePermission(Permission.TakeShifts).AsPlainForm();
        routes.MapPost("/oncall/overrides/{id:guid}/remove", RemoveAsync).RequirePermission(Permission.TakeShifts).AsPlainForm();
        routes.MapPost("/oncall/test", TestAsync).RequirePermission(Permission.TakeShifts).AsPlainForm();
    }

    static Task<IResult> NextLevelAsync(HttpContext context, Guid id, Pager pager, AlertQuery alerts, ICurrentActor current, CancellationToken stop) =>
        PressedForm.AnswerAsync(context, current, Urls.Alert(id), "passed-on", "Passed on: the next level is paged now.", async (actor, _) =>
        {
            // The alert first: what the actor may not see is not there.
            await alerts.FindAsync(actor, id, stop);
            if (await pager.OfAlertAsync(actor, id, stop) is not { } report || !await pager.NextLevelAsync(actor, report.Call.Kind, report.Call.MatterId, stop))
                throw new NoFurtherLevelException();
        });

    static Task<IResult> TakeAsync(HttpContext context, ShiftBook shifts, OnCallBook book, ICurrentActor current, CancellationToken stop) =>
        PressedForm.AnswerAsync(context, current, Urls.OnCall, "taken", "The time is taken over.", async (actor, form) =>
        {
            var zone = book.Plan.Schedules.GetValueOrDefault(form["schedule"].ToString())?.Zone ?? TimeZoneInfo.Utc;
            await shifts.CreateAsync(actor, new(form["schedule"], form["person"].ToString() is { Length: > 0 } person ? person : null, At(zone, form["from"]), At(zone, form["to"]), form["reason"]), stop);
        });

    static Task<IResult> RemoveAsync(HttpContext context, Guid id, ShiftBook shifts, ICurrentActor current, CancellationToken stop) =>
        PressedForm.AnswerAsync(context, current, Urls.OnCall, "given-back", "The rotation counts again.", (actor, form) =>
            shifts.RemoveAsync(actor, id, int.TryParse(form["version"], CultureInfo.InvariantCulture, out var version) ? version : null, stop));

    static Task<IResult> TestAsync(HttpContext context, OwnPerson own, ICurrentActor current, CancellationToken stop) =>
        PressedForm.AnswerAsync(context, current, Urls.OnCall, "tested", "A test page is on its way by each of your methods.", (actor, _) => own.TestAsync(actor, stop));

    // As the browser's own field writes it, by the schedule's clock.
    static DateTimeOffset? At(TimeZoneInfo zone, string? text) =>
        DateTime.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? LocalTime.At(zone, DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local))
            : null;
}

/// <summary>There is nobody to pass it on to.</summary>
sealed class NoFurtherLevelException() : Exception("Nothing was changed: nobody is paged for it any more, or there is no further level."), IRefusal
{
    public string Code => "last-level";
}
