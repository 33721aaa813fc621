using Microsoft.EntityFrameworkCore;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Recoveries;

/// <summary>How the recoveries of a system ended in a time.</summary>
/// <param name="Judged">Those that had an RTO.</param>
/// <param name="Within">Those of them that took no longer.</param>
/// <param name="Drills">Exercises among the judged.</param>
public sealed record RecoveryScore(int Judged, int Within, int Drills);

/// <summary>Counts recoveries against their RTO. Thread-safe. It asks nobody for permission.</summary>
public interface IRecoveryScores
{
    /// <param name="to">Not included.</param>
    Task<RecoveryScore> OfAsync(string systemId, DateTimeOffset from, DateTimeOffset to, CancellationToken stop);
}

sealed class RecoveryScores(OpsContextFactory contexts) : IRecoveryScores
{
    public async Task<RecoveryScore> OfAsync(string systemId, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var judged = context.Set<StoredRun>().AsNoTracking().Where(run => run.SystemId == systemId && run.EndedAt >= from && run.EndedAt < to && run.RecoveryMilliseconds != null && run.ObjectiveMilliseconds != null);
        return await judged.GroupBy(_ => 1).Select(all => new RecoveryScore(all.Count(), all.Count(run => run.RecoveryMilliseconds <= run.ObjectiveMilliseconds), all.Count(run => run.IsDrill))).FirstOrDefaultAsync(stop) ?? new(0, 0, 0);
    }
}
