using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.Collectors.Hosting;

sealed class CollectorControl(CollectorHost host, IAuditLog audit, TimeProvider clock) : ICollectorControl
{
    public Task<CollectorState?> PauseAsync(Actor actor, string targetId, CancellationToken stop) =>
        ChangeAsync(actor, targetId, "collector.paused", new CollectorPause(actor.Name, clock.GetUtcNow()), stop);

    public Task<CollectorState?> ResumeAsync(Actor actor, string targetId, CancellationToken stop) =>
        ChangeAsync(actor, targetId, "collector.resumed", null, stop);

    async Task<CollectorState?> ChangeAsync(Actor actor, string targetId, string action, CollectorPause? pause, CancellationToken stop)
    {
        // Who may nothing at all is not told whether a target exists.
        if (!actor.MayAnywhere(Permission.PauseCollectors) || host.Find(targetId) is not { } state)
        {
            if (actor.MayAnywhere(Permission.PauseCollectors))
                return null;
            await RefuseAsync(actor, targetId, action, stop);
            throw new AccessDeniedException(Permission.PauseCollectors, null);
        }
        if (!actor.May(Permission.PauseCollectors, state.Target.SystemId))
        {
            await RefuseAsync(actor, targetId, action, stop);
            actor.Demand(Permission.PauseCollectors, state.Target.SystemId);
        }
        if (state.Pause is null == pause is null)
            return state;
        await audit.AppendAsync(new(actor, action, Subject(targetId)), stop);
        host.SetPause(targetId, pause);
        return host.Find(targetId);
    }

    Task RefuseAsync(Actor actor, string targetId, string action, CancellationToken stop) =>
        audit.AppendAsync(new(actor, action, Subject(targetId), AuditOutcome.Refused), stop);

    static string Subject(string targetId) => $"target/{targetId}";
}
