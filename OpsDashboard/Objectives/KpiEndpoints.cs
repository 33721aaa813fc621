using OpsDashboard.Access;

namespace OpsDashboard.Objectives;

static class KpiEndpoints
{
    public static void MapKpis(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/kpis.csv", CsvAsync).RequirePermission(Permission.ReadKpis)
            .WithSummary("The figures of a month as CSV: ?month=2026-10&compare=2026-09&system=id.");

    static async Task<IResult> CsvAsync(HttpContext context, KpiReports reports, ICurrentActor current, TimeProvider clock, string? month, string? compare, string? system, CancellationToken stop)
    {
        var problems = new List<FieldProblem>();
        if (month is not null && Month.TryParse(month) is null)
            problems.Add(new("month", "Write a month as 2026-10."));
        if (compare is not null && Month.TryParse(compare) is null)
            problems.Add(new("compare", "Write a month as 2026-10."));
        InvalidInputException.ThrowIfAny(problems);
        var chosen = Month.TryParse(month) ?? Month.Of(clock.GetUtcNow());
        var actor = await current.GetAsync();
        if (system is not null)
            actor.Demand(Permission.ReadKpis, system);
        var report = await reports.ReadAsync(chosen, Month.TryParse(compare) ?? chosen.Add(-1), system, actor, stop);
        context.Response.Headers.CacheControl = "private, no-store";
        return Results.File(System.Text.Encoding.UTF8.GetBytes(KpiCsv.Write(report)), "text/csv; charset=utf-8", $"kpi-{chosen}.csv");
    }
}
