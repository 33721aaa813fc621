using OpsDashboard.Access;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>POST /v1/metrics.</summary>
static class OtlpMetricsEndpoint
{
    public static void MapOtlpMetrics(this IEndpointRouteBuilder app) =>
        app.MapOtlp("/v1/metrics", Permission.WriteSamples, OtlpMessages.MetricsRequest, new("rejectedDataPoints"), StoreAsync);

    static async Task<OtlpOutcome> StoreAsync(HttpContext context, byte[] message)
    {
        var metrics = OtlpMetrics.Read(message, context.Request.Query["system"].ToString());
        var actor = await context.RequestServices.GetRequiredService<ICurrentActor>().GetAsync();
        var outcome = await context.RequestServices.GetRequiredService<SampleIntake>().StoreAsync(actor, metrics.Batch, context.RequestAborted);
        if (metrics.Refusals.Count + outcome.Refused == 0)
            return OtlpOutcome.Success;
        // The store counts samples, of which a histogram has many: no more points can be lost than came.
        var rejected = metrics.Refusals.Count + Math.Min(metrics.Points, outcome.Refused);
        var reasons = new[] { metrics.Refusals.ToString(), outcome.Refused > 0 ? outcome.Sentence() : "" };
        return new(rejected, string.Join("; ", reasons.Where(reason => reason.Length > 0)));
    }
}
