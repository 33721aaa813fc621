namespace OpsDashboard.Http;

static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().WithTags("health");
        health.MapGet("/live", () => Results.Json(new { status = "live" })).WithSummary("Whether the process answers.");
        health.MapGet("/ready", ReadyAsync).WithSummary("Whether it can be used; degraded names what is missing.");
    }

    static async Task<IResult> ReadyAsync(HttpContext context, Readiness readiness)
    {
        context.Response.Headers.CacheControl = "no-store";
        var report = await readiness.ReportAsync(context.RequestAborted);
        return Results.Json(report, Json.Options, statusCode: report.Status == "unready" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}
