using System.Globalization;
using System.Text;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;
using OpsDashboard.Incidents.Bundles;
using OpsDashboard.Incidents.Leading;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents.Api;

/// <summary>The review of an incident: <c>/api/incidents/{id}/review</c>, its Markdown, the signed bundle, and the forms of the page.</summary>
static class ReviewEndpoints
{
    public sealed record ReviewBody(string? Summary = null, string? Cause = null, string? WentWell = null, string? WentBadly = null, string? Luck = null);

    public sealed record AssignBody(string? Owner = null, DateTimeOffset? DueAt = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/incidents/{id:guid}").WithTags("incidents");
        api.MapGet("/review", ReadAsync).RequirePermission(Permission.ReadIncidents).WithSummary("The review: computed facts and what people wrote.");
        api.MapPut("/review", (Guid id, ReviewBody body, HttpContext context, IncidentDesk desk, IncidentArchive archive, ICurrentActor current, CancellationToken stop) =>
            ChangeAsync(id, context, archive, current, (actor, version) => desk.WriteReviewAsync(actor, id, new(body.Summary ?? "", body.Cause ?? "", body.WentWell ?? "", body.WentBadly ?? "", body.Luck ?? ""), version, stop), stop))
            .RequirePermission(Permission.HandleIncidents).WithSummary("Fills the blanks; If-Match is the version of the review that was read.");
        api.MapPost("/review/assign", (Guid id, AssignBody body, HttpContext context, IncidentDesk desk, IncidentArchive archive, ICurrentActor current, CancellationToken stop) =>
            ChangeAsync(id, context, archive, current, (actor, version) => desk.AssignReviewAsync(actor, id, body.Owner, body.DueAt, version, stop), stop))
            .RequirePermission(Permission.HandleIncidents).WithSummary("Says who writes the review, and until when.");
        api.MapPost("/review/finish", (Guid id, HttpContext context, IncidentDesk desk, IncidentArchive archive, ICurrentActor current, CancellationToken stop) =>
            ChangeAsync(id, context, archive, current, (actor, version) => desk.FinishReviewAsync(actor, id, version, stop), stop))
            .RequirePermission(Permission.HandleIncidents).WithSummary("Ends the review; summary and cause have to be written.");
        api.MapGet("/review.md", MarkdownAsync).RequirePermission(Permission.ReadIncidents).WithSummary("The review with its timeline as Markdown.");
        api.MapGet("/bundle", BundleAsync).RequirePermission(Permission.ReadIncidents).LimitPerMinute(10).WithSummary("Everything about the incident in one signed file, for OpsDashboard verify-bundle.");
        Act(routes, "write", "Kept.", (desk, actor, id, form, stop) => desk.WriteReviewAsync(actor, id, new(form["summary"].ToString(), form["cause"].ToString(), form["wentWell"].ToString(), form["wentBadly"].ToString(), form["luck"].ToString()), Version(form), stop));
        Act(routes, "assign", "They write it.", (desk, actor, id, form, stop) => desk.AssignReviewAsync(actor, id, form["owner"], Time(form), Version(form), stop));
        Act(routes, "finish", "The review is finished.", (desk, actor, id, form, stop) => desk.FinishReviewAsync(actor, id, Version(form), stop));
        Act(routes, "action", "The action item is there.", (desk, actor, id, form, stop) => desk.AddTaskAsync(actor, id, form["text"], form["owner"], Time(form), isAction: true, stop));
        Act(routes, "done", "Done.", (desk, actor, id, form, stop) => desk.FinishTaskAsync(actor, id, Guid.TryParse(form["task"], out var task) ? task : throw new InvalidInputException("task", "is the id of an action item."), stop));
    }

    static void Act(IEndpointRouteBuilder routes, string verb, string said, Func<IncidentDesk, Actor, Guid, IFormCollection, CancellationToken, Task> act) =>
        routes.MapPost($"/incidents/{{id:guid}}/review/{verb}", (Guid id, HttpContext context, IncidentDesk desk, ICurrentActor current, CancellationToken stop) =>
            PressedForm.AnswerAsync(context, current, IncidentUrls.Review(id), verb, said, (actor, form) => act(desk, actor, id, form, stop))).RequirePermission(Permission.HandleIncidents).AsPlainForm();

    static async Task<IResult> ReadAsync(Guid id, HttpContext context, IncidentArchive archive, ICurrentActor current, CancellationToken stop)
    {
        var (value, version) = await ViewAsync(archive, await current.GetAsync(), id, stop);
        return Versions.Ok(context, value, version);
    }

    static async Task<IResult> ChangeAsync(Guid id, HttpContext context, IncidentArchive archive, ICurrentActor current, Func<Actor, int, Task<Incident>> change, CancellationToken stop)
    {
        var actor = await current.GetAsync();
        try
        {
            return await Versions.ChangeAsync(context, async version =>
            {
                await change(actor, version);
                return await ViewAsync(archive, actor, id, stop);
            }, () => ViewAsync(archive, actor, id, stop));
        }
        catch (Exception conflict) when (conflict is IRefusal)
        {
            return Problems.Answer(StatusCodes.Status409Conflict, conflict.Message);
        }
    }

    static async Task<IResult> MarkdownAsync(Guid id, HttpContext context, IncidentArchive archive, ICurrentActor current, CancellationToken stop)
    {
        var record = await archive.ReadAsync(await current.GetAsync(), id, stop);
        context.Response.Headers.CacheControl = "private, no-store";
        return Results.File(Encoding.UTF8.GetBytes(ReviewMarkdown.Of(record)), "text/markdown; charset=utf-8", $"{record.Incident.Name}.md");
    }

    static async Task<IResult> BundleAsync(Guid id, HttpContext context, IncidentBundles bundles, ICurrentActor current, CancellationToken stop)
    {
        var (name, bytes) = await bundles.MakeAsync(await current.GetAsync(), id, stop);
        context.Response.Headers.CacheControl = "private, no-store";
        return Results.File(bytes, "application/jsonl", $"{name}.bundle.jsonl");
    }

    static async Task<(object Value, int Version)> ViewAsync(IncidentArchive archive, Actor actor, Guid id, CancellationToken stop)
    {
        var record = await archive.ReadAsync(actor, id, stop);
        return (ReviewView.Of(record), record.Incident.Review?.Version ?? 0);
    }

    // A review that was never sent with its version is compared with nothing: refuse.
    static int Version(IFormCollection form) => int.TryParse(form["version"], CultureInfo.InvariantCulture, out var version) ? version : throw new InvalidInputException("version", "is the one that was read.");

    static DateTimeOffset? Time(IFormCollection form) => form["dueAt"].ToString() is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
        : throw new InvalidInputException("dueAt", "is a time in UTC, such as 2026-11-28T03:40.");
}
