using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>Keeps pauses in the database, each with its audit entry in one transaction. Thread-safe.</summary>
sealed class PausedTargets(IDbContextFactory<OpsContext> contexts, IAuditLog audit)
{
    public async Task<Dictionary<string, CollectorPause>> ReadAsync(CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        return await context.Set<PausedTarget>().AsNoTracking().ToDictionaryAsync(paused => paused.TargetId, paused => new CollectorPause(paused.By, paused.At, paused.Reason), stop);
    }

    /// <summary>Keeps the pause, or removes it where <paramref name="pause"/> is null.</summary>
    public async Task KeepAsync(string targetId, CollectorPause? pause, AuditRecord record, CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        var before = await context.Set<PausedTarget>().SingleOrDefaultAsync(paused => paused.TargetId == targetId, stop);
        if (pause is null && before is not null)
            context.Remove(before);
        else if (pause is not null && before is not null)
            (before.By, before.At, before.Reason) = (pause.By, pause.At, pause.Reason);
        else if (pause is not null)
            context.Add(new PausedTarget { TargetId = targetId, By = pause.By, At = pause.At, Reason = pause.Reason });
        await audit.CommitAsync(context, record, stop);
    }
}
