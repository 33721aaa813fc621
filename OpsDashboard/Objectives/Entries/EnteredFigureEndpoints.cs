using OpsDashboard.Access;
using OpsDashboard.Http;

namespace OpsDashboard.Objectives.Entries;

/// <param name="Revision">0 for the first entry of a day, then one more with every correction; the highest of a day counts.</param>
public sealed record EnteredFigureView(Guid Id, string System, string Kpi, string Day, double Value, string Source, string Note, int Revision, string EnteredBy, DateTimeOffset EnteredAt, bool IsStored)
{
    public static EnteredFigureView Of(EnteredFigure figure) =>
        new(figure.Id, figure.SystemId, figure.KpiId, figure.Day, figure.Value, figure.Source, figure.Note, figure.Revision, figure.EnteredBy, figure.EnteredAt, figure.IsStored);
}

/// <summary>/api/kpis/entries: figures that people enter.</summary>
static class EnteredFigureEndpoints
{
    // Days times corrections: a person enters a handful a month.
    const int MostListed = 5_000;

    public static void MapEnteredFigures(this IEndpointRouteBuilder app)
    {
        var entries = app.MapGroup("/api/kpis/entries").WithTags("kpis");
        entries.MapGet("", ListAsync).RequirePermission(Permission.ReadKpis).WithSummary("Figures that people entered, newest first: ?system=id.");
        entries.MapPost("", EnterAsync).RequirePermission(Permission.EnterFigures).WithSummary("Enters a figure of a day.");
        entries.MapPost("/{id:guid}/correct", CorrectAsync).RequirePermission(Permission.EnterFigures).WithSummary("Corrects an entered figure; the entry stays beside its correction.");
    }

    static async Task<Page<EnteredFigureView>> ListAsync(ICurrentActor current, EnteredFigures figures, PageRequest page, string? system, CancellationToken stop) =>
        page.Of((await figures.ListAsync(await current.GetAsync(), system, MostListed, stop)).Select(EnteredFigureView.Of), figure => $"{figure.Id}");

    static async Task<IResult> EnterAsync(HttpContext context, ICurrentActor current, EnteredFigures figures, FigureInput input, CancellationToken stop)
    {
        var figure = await figures.EnterAsync(await current.GetAsync(), input, stop);
        return Results.Created($"{context.Request.PathBase}/api/kpis/entries", EnteredFigureView.Of(figure));
    }

    static async Task<EnteredFigureView> CorrectAsync(ICurrentActor current, EnteredFigures figures, Guid id, FigureCorrection input, CancellationToken stop) =>
        EnteredFigureView.Of(await figures.CorrectAsync(await current.GetAsync(), id, input, stop));
}
