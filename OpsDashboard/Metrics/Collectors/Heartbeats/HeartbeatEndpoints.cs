using OpsDashboard.Access;

namespace OpsDashboard.Metrics.Collectors.Heartbeats;

/// <summary>Body of a report; an empty body means that the job went well.</summary>
public sealed record HeartbeatBody(bool Failed = false, string? Message = null, double? Seconds = null);

static class HeartbeatEndpoints
{
    const int LongestMessage = 500;
    const double LongestRun = 366 * 86_400;

    public static void MapHeartbeats(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/heartbeats/{system}/{name}", ReportAsync).RequirePermission(Permission.WriteSamples).DisableAntiforgery()
            .WithSummary("A job reports that it ran. 204 when the report is kept.");

    static async Task<IResult> ReportAsync(string system, string name, HeartbeatBody? body, Heartbeats heartbeats, ICurrentActor current, CancellationToken stop)
    {
        body ??= new();
        var problems = new List<FieldProblem>();
        if (body.Message?.Length > LongestMessage)
            problems.Add(new("message", $"must have at most {LongestMessage} characters"));
        if (body.Seconds is { } seconds && seconds is not (>= 0 and <= LongestRun))
            problems.Add(new("seconds", $"must be a number from 0 to {LongestRun}"));
        InvalidInputException.ThrowIfAny(problems);
        return await heartbeats.ReportAsync(await current.GetAsync(), system, name, body.Failed, body.Seconds, body.Message, stop)
            ? Results.NoContent()
            : throw new NotFoundException($"heartbeat {name} in {system}");
    }
}
