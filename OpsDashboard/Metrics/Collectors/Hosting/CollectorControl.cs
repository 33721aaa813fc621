using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Metrics.Collectors.Hosting;

sealed class CollectorControl(CollectorHost host, PausedTargets paused, TimeProvider clock) : ICollectorControl
{
    public Task<CollectorState?> PauseAsync(Actor actor, string targetId, string? reason, CancellationToken stop)
    {
        var why = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if (why?.Length > PausedTarget.LongestReason)
            throw new InvalidInputException("reason", $"has at most {PausedTarget.LongestReason} characters.");
        return ChangeAsync(actor, targetId, "collector.paused", new CollectorPause(actor.Name, clock.Now(), why), stop);
    }

    public Task<CollectorState?> ResumeAsync(Actor actor, string targetId, CancellationToken stop) =>
        ChangeAsync(actor, targetId, "collector.resumed", null, stop);

    async Task<CollectorState?> ChangeAsync(Actor actor, string targetId, string action, CollectorPause? pause, CancellationToken stop)
    {
        // Asked before looking: who may not is not told either whether the target exists. An id begins with its system.
        actor.Demand(Permission.PauseCollectors, targetId.Split('/')[0]);
        if (host.Find(targetId) is not { } state)
            return null;
        if (state.Pause is null == pause is null)
            return state;
        await paused.KeepAsync(targetId, pause, new(actor, action, Subject(targetId), Particulars: Particulars(state.Pause, pause)), stop);
        host.SetPause(targetId, pause);
        return host.Find(targetId);
    }

    static Dictionary<string, object?>? Particulars(CollectorPause? before, CollectorPause? now) => (before, now) switch
    {
        (_, { Reason: { } reason }) => new() { ["reason"] = reason },
        ({ } ended, null) => new() { ["pausedBy"] = ended.By, ["pausedAt"] = ended.At.UtcDateTime, ["reason"] = ended.Reason },
        _ => null,
    };

    static string Subject(string targetId) => $"target/{targetId}";
}
