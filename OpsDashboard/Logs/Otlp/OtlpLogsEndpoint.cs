using OpsDashboard.Access;
using OpsDashboard.Metrics.Intake.Otlp;

namespace OpsDashboard.Logs.Otlp;

/// <summary>POST /v1/logs.</summary>
static class OtlpLogsEndpoint
{
    public static void MapOtlpLogs(this IEndpointRouteBuilder app) =>
        app.MapOtlp("/v1/logs", Permission.WriteLogs, OtlpMessages.LogsRequest, new("rejectedLogRecords"), StoreAsync);

    static async Task<OtlpOutcome> StoreAsync(HttpContext context, byte[] message)
    {
        var services = context.RequestServices;
        var entries = OtlpLogs.Read(message, context.Request.Query["system"].ToString(), services.GetRequiredService<TimeProvider>().GetUtcNow());
        var actor = await services.GetRequiredService<ICurrentActor>().GetAsync();
        foreach (var system in entries.Select(entry => entry.SystemId).Distinct())
            actor.Demand(Permission.WriteLogs, system);
        if (entries.Count == 0)
            return OtlpOutcome.Success;
        try
        {
            var outcome = await services.GetRequiredService<ILogAppender>().AppendAsync(entries, context.RequestAborted);
            return outcome.TooOld == 0 ? OtlpOutcome.Success : new(outcome.TooOld, $"{outcome.TooOld} of {entries.Count} records are older than the retention, the others are stored");
        }
        catch (LogsFullException full)
        {
            throw new OtlpBusyException(full.Message, full.RetryAfter);
        }
    }
}
