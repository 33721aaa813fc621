using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Ui;

namespace OpsDashboard.Shell.Drills;

/// <summary><c>/api/drills</c>, and the buttons of the page as plain forms.</summary>
static class DrillEndpoints
{
    public static void MapDrills(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/drills").WithTags("drills");
        api.MapGet("", ListAsync).RequirePermission(Permission.ReadRunbooks).WithSummary("Exercises on simulated systems, the latest first, with their times and score.");
        api.MapPost("", StartAsync).RequirePermission(Permission.InjectFaults).WithSummary("Breaks a simulated system with a fault and begins to count.");
        api.MapPost("/{id:guid}/abandon", AbandonAsync).RequirePermission(Permission.InjectFaults).WithSummary("Ends a drill and its fault.");
        routes.MapPost("/drills/start", (HttpContext context, DrillDesk desk, ICurrentActor current, CancellationToken stop) =>
            PressAsync(context, current, (actor, form) => desk.StartAsync(actor, form["system"].ToString(), form["fault"].ToString(), stop), "started")).RequirePermission(Permission.InjectFaults).AsPlainForm();
        routes.MapPost("/drills/{id:guid}/abandon", (Guid id, HttpContext context, DrillDesk desk, ICurrentActor current, CancellationToken stop) =>
            PressAsync(context, current, (actor, _) => desk.AbandonAsync(actor, id, stop), "abandoned")).RequirePermission(Permission.InjectFaults).AsPlainForm();
    }

    public sealed record DrillRequest(string? System = null, string? Fault = null);

    static async Task<IResult> ListAsync(DrillDesk desk, ICurrentActor current, PageRequest page, CancellationToken stop)
    {
        var cut = page.Of(await desk.ListAsync(await current.GetAsync(), stop), drill => drill.Id.ToString());
        return Results.Json(new Page<object>([.. cut.Items.Select(Answer)], cut.Next), Json.Options);
    }

    static async Task<IResult> StartAsync(DrillRequest body, DrillDesk desk, ICurrentActor current, CancellationToken stop)
    {
        var system = body.System ?? throw new InvalidInputException("system", "is missing: name a simulated system.");
        var drill = await desk.StartAsync(await current.GetAsync(), system, body.Fault ?? "", stop);
        return Results.Json(Answer(drill), Json.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> AbandonAsync(Guid id, DrillDesk desk, ICurrentActor current, CancellationToken stop) =>
        Results.Json(Answer(await desk.AbandonAsync(await current.GetAsync(), id, stop)), Json.Options);

    static Task<IResult> PressAsync(HttpContext context, ICurrentActor current, Func<Audit.Actor, IFormCollection, Task> press, string said) => PressedForm.AnswerAsync(context, current, Urls.Drills, said, said, async (actor, form) =>
    {
        try
        {
            await press(actor, form);
        }
        catch (HttpRequestException away)
        {
            // To whoever pressed it is a refusal: nothing was changed.
            throw new InvalidInputException("away", away.Message);
        }
    });

    static object Answer(Drill drill) => new
    {
        drill.Id,
        drill.SystemId,
        drill.Fault,
        drill.StartedBy,
        drill.StartedAt,
        drill.State,
        drill.AlertId,
        drill.AlertName,
        drill.DetectedAt,
        drill.AcknowledgedAt,
        drill.AcknowledgedBy,
        drill.GreenAt,
        drill.RunbookId,
        drill.WrongTurns,
        drill.EndedAt,
        drill.Score,
    };
}
