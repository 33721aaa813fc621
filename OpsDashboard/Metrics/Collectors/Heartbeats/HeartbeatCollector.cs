using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Heartbeats;

/// <summary>Says at each tick whether the job is in time.</summary>
public sealed class HeartbeatCollector(Target target, Heartbeats heartbeats) : ICollector
{
    public async ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        context.Describe("heartbeat_age_seconds", MetricKind.Gauge, "Since the job's last report.");
        context.Describe("heartbeat_reported_timestamp_seconds", MetricKind.Gauge, "When it came, seconds since 1970.");
        context.Describe("heartbeat_failed", MetricKind.Gauge, "1 where the job said that it failed.");
        context.Describe("heartbeat_duration_seconds", MetricKind.Gauge, "How long the job took.");
        var state = heartbeats.Find(target) ?? await heartbeats.OpenAsync(target, context.At, stop);
        var added = Heartbeats.Write(context, state);
        return state.Judge((HeartbeatOptions)target.Options, context.At) is var (failure, reason)
            ? CollectOutcome.Failed(failure, reason, added)
            : CollectOutcome.Ok(added);
    }

    public ValueTask DisposeAsync()
    {
        heartbeats.Close(target);
        return ValueTask.CompletedTask;
    }
}
