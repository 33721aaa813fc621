using System.Globalization;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;
using OpsDashboard.Incidents.Api;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents.Telling;

/// <summary>Telling others, by the API and by plain forms. A preview tells nobody.</summary>
static class UpdateEndpoints
{
    /// <param name="Template">Null: the first of the system.</param>
    /// <param name="Receivers">Null: those of the template.</param>
    /// <param name="StatusPage">Null: as the template says.</param>
    /// <param name="Seen">Of the preview; where the text is another by now, nothing is told.</param>
    public sealed record UpdateBody(string? Template = null, string? Service = null, string? Status = null, string? Impact = null, string? Eta = null, string? Done = null, string? Next = null,
        DateTimeOffset? NextUpdateAt = null, IReadOnlyList<string>? Receivers = null, bool? StatusPage = null, string? Seen = null)
    {
        public UpdateAsk ToAsk() => new(Template, Given(("service", Service), ("status", Status), ("impact", Impact), ("eta", Eta), ("done", Done), ("next", Next)), NextUpdateAt, Receivers, StatusPage, Seen);
    }

    public sealed record WindowBody(string? Template = null, string? Duration = null, string? Services = null, string? Reason = null, string? Rollback = null, IReadOnlyList<string>? Receivers = null, bool? StatusPage = null, string? Seen = null)
    {
        public UpdateAsk ToAsk() => new(Template, Given(("duration", Duration), ("services", Services), ("reason", Reason), ("rollback", Rollback)), null, Receivers, StatusPage, Seen);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var incidents = routes.MapGroup("/api/incidents/{id:guid}/update").WithTags("incidents");
        incidents.MapPost("", SendAsync).RequirePermission(Permission.HandleIncidents).AnswerConflicts().WithSummary("Tells others of it by a template.");
        incidents.MapPost("/preview", PreviewAsync).RequirePermission(Permission.HandleIncidents).AnswerConflicts().WithSummary("What exactly would go where.");
        var windows = routes.MapGroup("/api/silences/{id:guid}/tell").WithTags("silences");
        windows.MapPost("", SendWindowAsync).RequirePermission(Permission.CommandIncidents).AnswerConflicts().WithSummary("Tells others of a maintenance window by a template.");
        windows.MapPost("/preview", PreviewWindowAsync).RequirePermission(Permission.CommandIncidents).AnswerConflicts().WithSummary("What exactly would go where.");
        routes.MapPost("/incidents/{id:guid}/update", (Guid id, HttpContext context, UpdateDesk desk, ICurrentActor current, CancellationToken stop) =>
            PressedForm.AnswerAsync(context, current, UpdateUrls.OfIncident(id), "told", "Told.", (actor, form) => desk.SendAsync(actor, id, PlainForm.KeyOf(context), Ask(form, TemplateKind.Incident), stop))).RequirePermission(Permission.HandleIncidents).AsPlainForm();
        routes.MapPost("/silences/{id:guid}/announce", (Guid id, HttpContext context, UpdateDesk desk, ICurrentActor current, CancellationToken stop) =>
            PressedForm.AnswerAsync(context, current, UpdateUrls.OfWindow(id), "told", "Told.", (actor, form) => desk.SendWindowAsync(actor, id, PlainForm.KeyOf(context), Ask(form, TemplateKind.Maintenance), stop))).RequirePermission(Permission.CommandIncidents).AsPlainForm();
    }

    static async Task<IResult> SendAsync(Guid id, UpdateBody body, HttpContext context, UpdateDesk desk, ICurrentActor current, CancellationToken stop) =>
        Results.Json(IncidentView.Of(await desk.SendAsync(await current.GetAsync(), id, KeyOf(context), body.ToAsk(), stop)), Json.Options);

    static async Task<IResult> PreviewAsync(Guid id, UpdateBody body, UpdateDesk desk, ICurrentActor current, CancellationToken stop) =>
        Results.Json(View(await desk.PreviewAsync(await current.GetAsync(), id, body.ToAsk(), stop)), Json.Options);

    static async Task<IResult> SendWindowAsync(Guid id, WindowBody body, HttpContext context, UpdateDesk desk, ICurrentActor current, CancellationToken stop)
    {
        await desk.SendWindowAsync(await current.GetAsync(), id, KeyOf(context), body.ToAsk(), stop);
        return Results.NoContent();
    }

    static async Task<IResult> PreviewWindowAsync(Guid id, WindowBody body, UpdateDesk desk, ICurrentActor current, CancellationToken stop) =>
        Results.Json(View((await desk.PreviewWindowAsync(await current.GetAsync(), id, body.ToAsk(), stop)).Preview), Json.Options);

    static object View(UpdatePreview preview) => new
    {
        template = preview.Template.Id,
        subject = preview.Subject,
        body = preview.Body,
        receivers = preview.Receivers.Select(receiver => new { name = receiver.Name, ways = receiver.Ways, isChosen = receiver.IsChosen }),
        statusPage = preview.IsPublic,
        fields = preview.Fields,
        seen = preview.Seen,
    };

    static string KeyOf(HttpContext context) => context.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } sent ? sent : Guid.NewGuid().ToString("N");

    static UpdateAsk Ask(IFormCollection form, TemplateKind kind)
    {
        var fields = TemplateVariable.Of(kind).Where(variable => variable.Label is not null && form.ContainsKey(variable.Name)).ToDictionary(variable => variable.Name, variable => form[variable.Name].ToString());
        var receivers = form["receiver"].OfType<string>().Where(name => name.Length > 0).ToArray();
        return new(form["template"].ToString(), fields, Time(form["nextUpdateAt"].ToString()), receivers, form["statusPage"] == "true", form["seen"].ToString());
    }

    /// <summary>A field of the kind datetime-local says no zone: pages ask for UTC, and say so.</summary>
    internal static DateTimeOffset? Time(string? text) => string.IsNullOrWhiteSpace(text) ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
        : throw new InvalidInputException("nextUpdateAt", "is a time in UTC, such as 2026-11-28T03:40.");

    internal static Dictionary<string, string> Given(params (string Name, string? Text)[] fields) => fields.Where(field => field.Text is not null).ToDictionary(field => field.Name, field => field.Text!);
}
