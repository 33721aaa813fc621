using OpsDashboard.Access;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Pages;

/// <summary>/api/pins: one's own dashboards, as the buttons of the explorer change it.</summary>
static class PinEndpoints
{
    public sealed record PinRequest(string? Title, string? Expression, Unit Unit = Unit.None, string? Dashboard = null);

    public sealed record PinAnswer(Guid Id, string Dashboard, string Title, string Expression, Unit Unit, DateTime PinnedAt);

    public static void MapPins(this IEndpointRouteBuilder app)
    {
        var pins = app.MapGroup("/api/pins").RequirePermission(Permission.PinCharts).WithTags("Metrics");
        pins.MapGet("/", async (PinnedPanels panels, ICurrentActor current, CancellationToken stop) =>
            Results.Ok(new { items = (await panels.ListAsync(await current.GetAsync(), stop)).Reverse().Select(Answer), next = (string?)null })).WithSummary("Lists one's own pinned charts.");
        pins.MapPost("/", PinAsync).WithSummary("Pins a chart to one of one's own dashboards; a new name begins a new one.");
        pins.MapDelete("/{id:guid}", async (Guid id, PinnedPanels panels, ICurrentActor current, CancellationToken stop) =>
            await panels.UnpinAsync(await current.GetAsync(), id, stop) ? Results.NoContent() : Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such panel.")).WithSummary("Removes one of one's own pinned charts.");
    }

    static async Task<IResult> PinAsync(PinRequest request, PinnedPanels panels, ICurrentActor current, CancellationToken stop)
    {
        var (panel, problems) = await panels.PinAsync(await current.GetAsync(), request.Dashboard ?? "", request.Title ?? "", request.Expression ?? "", request.Unit, stop);
        return panel is not null
            ? Results.Created($"/api/pins/{panel.Id}", Answer(panel))
            : Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "The chart cannot be pinned.", extensions: new Dictionary<string, object?> { ["errors"] = problems });
    }

    static PinAnswer Answer(PinnedPanel panel) => new(panel.Id, panel.Dashboard, panel.Title, panel.Expression, panel.Unit, panel.PinnedAt.UtcDateTime);
}
