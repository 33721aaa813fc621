using Microsoft.EntityFrameworkCore;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Store;

/// <summary>
/// Runs in the database. Thread-safe. It asks nobody for permission: <see cref="Runs"/> stands before it. Every change reads the row, applies a
/// transition and saves; where somebody else was faster it begins anew, so that no transition is lost.
/// </summary>
public sealed class RunStore(OpsContextFactory contexts, IAuditLog audit, Leases leases)
{
    const int MostTries = 20;

    /// <summary>Adds a run with its locks, or at the end of the line for them, and the audit entry, in one transaction.</summary>
    /// <param name="make">Gets the number that the run is to have.</param>
    /// <returns>The run, and whether it is the one of an earlier press with the same key.</returns>
    /// <exception cref="LockHeldException">The same is being done already, or too many stand in line; nothing was added.</exception>
    public async Task<(Run Run, bool WasThere)> AddAsync(string startKey, Func<long, Run> make, Func<Run, AuditRecord> record, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            // One after the other: of many that count at once, each but one would have counted in vain.
            using var permit = await contexts.Gate.EnterAsync(stop);
            await using var context = contexts.CreateDbContext();
            await using var transaction = await context.Database.BeginTransactionAsync(stop);
            if (await context.Set<StoredRun>().AsNoTracking().FirstOrDefaultAsync(run => run.StartKey == startKey, stop) is { } before)
                return (before.ToRun(), true);
            var run = make(await context.Set<StoredRun>().MaxAsync(row => (long?)row.Number, stop) is { } last ? last + 1 : 1);
            if (await LockTable.BlockerAsync(context, run, stop) is { } blocker)
            {
                // It may be the other press of the same key, which was faster by a moment.
                if (attempt < MostTries && await context.Set<StoredRun>().AnyAsync(row => row.StartKey == startKey, stop))
                    continue;
                if (blocker.IsRefused)
                    throw new LockHeldException(blocker.Held);
                run = run.StandsInLine(run.StartedAt);
            }
            context.Add(StoredRun.Of(run, startKey));
            LockTable.Add(context, run, run.StartedAt);
            try
            {
                await audit.CommitAsync(context, record(run), stop);
                return (run, false);
            }
            catch (DbUpdateException clash) when (attempt < MostTries && !Http.Problems.IsOutage(clash))
            {
                // The same key, the same number or a lock was taken in the same moment: the next round says which.
            }
        }
    }

    public async Task<Run?> FindAsync(Guid id, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return (await context.Set<StoredRun>().AsNoTracking().FirstOrDefaultAsync(run => run.Id == id, stop))?.ToRun();
    }

    /// <summary>Another number after every change; null: there is no such run.</summary>
    public async Task<int?> VersionAsync(Guid id, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<StoredRun>().AsNoTracking().Where(run => run.Id == id).Select(run => (int?)run.Version).FirstOrDefaultAsync(stop);
    }

    /// <summary>Runs that want something done now, or will by themselves.</summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(DateTimeOffset now, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<StoredRun>().AsNoTracking()
            .Where(run => (run.Status == RunStatus.Queued && !run.IsInLine) || (run.Status == RunStatus.Running && (run.DueAt == null || run.DueAt <= now)) || (run.Status == RunStatus.Waiting && run.DueAt != null && run.DueAt <= now))
            .OrderBy(run => run.Number).Select(run => run.Id).ToListAsync(stop);
    }

    /// <summary>Applies a transition and saves it; null from it changes nothing.</summary>
    /// <param name="fence">Of the runner's lease; null: a person acts.</param>
    /// <param name="record">What goes into the audit log with it, or null.</param>
    /// <returns>The run as it is now, or null where there is none.</returns>
    /// <exception cref="RunStateException">The transition does not fit.</exception>
    /// <exception cref="LeaseLostException">Another process runs it; nothing was saved.</exception>
    /// <exception cref="LockHeldException">It would work again on what another run works on; nothing was saved.</exception>
    public async Task<Run?> ChangeAsync(Guid id, Func<Run, Run?> change, long? fence, Func<Run, AuditRecord?>? record, DateTimeOffset at, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var permit = await contexts.Gate.EnterAsync(stop);
            await using var context = contexts.CreateDbContext();
            await using var transaction = await context.Database.BeginTransactionAsync(stop);
            if (fence is { } held)
                await leases.DemandAsync(context, LeaseOf(id), held, stop);
            if (await context.Set<StoredRun>().FirstOrDefaultAsync(run => run.Id == id, stop) is not { } row)
                return null;
            var before = row.ToRun();
            if (change(before) is not { } after || ReferenceEquals(before, after))
                return before;
            // What goes on again takes all its locks again, and those under which it began.
            if (before.IsOver && !after.IsOver)
                after = after with { BrokenLocks = [], OuterLocks = await LockTable.OuterAsync(context, after, stop) };
            row.Take(after);
            await LockTable.FollowAsync(context, before, after, at, stop);
            try
            {
                if (record?.Invoke(after) is { } entry)
                {
                    await audit.CommitAsync(context, entry, stop);
                }
                else
                {
                    await context.SaveChangesAsync(stop);
                    await transaction.CommitAsync(stop);
                }
                return after;
            }
            catch (DbUpdateException clash) when (attempt < MostTries && !Http.Problems.IsOutage(clash))
            {
                // Somebody else was faster; the transition is applied to what it is now.
            }
        }
    }

    /// <summary>The latest first.</summary>
    public async Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, long? before, int limit, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var rows = context.Set<StoredRun>().AsNoTracking();
        if (filter.Systems is { } systems)
            rows = rows.Where(run => systems.Contains(run.SystemId));
        if (filter.RunbookId is { } runbook)
            rows = rows.Where(run => run.RunbookId == runbook);
        if (filter.AlertId is { } alert)
            rows = rows.Where(run => run.AlertId == alert);
        if (filter.Status is { } status)
            rows = rows.Where(run => run.Status == status);
        if (filter.IsOpen)
            rows = rows.Where(run => run.Status == RunStatus.Queued || run.Status == RunStatus.Running || run.Status == RunStatus.Waiting || run.Status == RunStatus.Interrupted);
        if (filter.NeedsAPerson)
            rows = rows.Where(run => run.NeedsAPerson);
        if (filter.ReviewDueBefore is { } due)
            rows = rows.Where(run => run.ReviewDueAt < due);
        if (filter.StartedById is { } starter)
            rows = rows.Where(run => run.StartKey.StartsWith(starter + " "));
        if (filter.StartedSince is { } since)
            rows = rows.Where(run => run.StartedAt >= since);
        if (filter.IsRecovered)
            rows = rows.Where(run => run.RecoveryMilliseconds != null);
        if (before is { } number)
            rows = rows.Where(run => run.Number < number);
        return [.. (await rows.OrderByDescending(run => run.Number).Take(limit).ToListAsync(stop)).Select(row => row.ToRun())];
    }

    /// <summary>Endings of every runbook: how many, how many got through, how many were effective.</summary>
    public async Task<IReadOnlyDictionary<string, RunRecord>> RecordsAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var counts = await context.Set<StoredRun>().AsNoTracking().Where(run => run.EndedAt != null)
            .GroupBy(run => run.RunbookId)
            .Select(group => new RunRecord(group.Key, group.Count(), group.Count(run => run.Status == RunStatus.Succeeded), group.Count(run => run.Effect == RunEffect.Effective), group.Count(run => run.Effect != RunEffect.None), group.Max(run => run.Number))
            {
                Recovered = group.Count(run => run.RecoveryMilliseconds != null),
                Late = group.Count(run => run.RecoveryMilliseconds > run.ObjectiveMilliseconds),
                LongestMilliseconds = group.Max(run => run.RecoveryMilliseconds),
            })
            .ToListAsync(stop);
        return counts.ToDictionary(count => count.RunbookId);
    }

    public async Task<IReadOnlyList<RunLock>> LocksAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<RunLock>().AsNoTracking().OrderBy(held => held.Resource).ToListAsync(stop);
    }

    /// <summary>Runs that stand in line, who came first in front.</summary>
    public async Task<IReadOnlyList<Run>> LineAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await LockTable.LineAsync(context, stop);
    }

    /// <summary>Runs that mute alerts while they are driven or wait.</summary>
    public async Task<IReadOnlyList<Run>> MutingAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return [.. (await context.Set<StoredRun>().AsNoTracking().Where(run => run.IsMuting).OrderBy(run => run.Number).ToListAsync(stop)).Select(row => row.ToRun())];
    }

    public static string LeaseOf(Guid run) => $"run/{run:N}";
}

/// <param name="Systems">Null: all.</param>
/// <param name="ReviewDueBefore">Only those whose start without approval nobody reviewed and that are due before.</param>
public sealed record RunFilter(IReadOnlyCollection<string>? Systems = null, string? RunbookId = null, Guid? AlertId = null, RunStatus? Status = null, bool IsOpen = false, bool NeedsAPerson = false, DateTimeOffset? ReviewDueBefore = null, string? StartedById = null, DateTimeOffset? StartedSince = null, bool IsRecovered = false);

/// <summary>How a runbook's runs ended.</summary>
/// <param name="Judged">Those that had something to prove and got through.</param>
/// <param name="LastNumber">Of the latest that ended.</param>
public sealed record RunRecord(string RunbookId, int Ended, int Succeeded, int Effective, int Judged, long LastNumber)
{
    /// <summary>Those that brought back what the runbook recovers.</summary>
    public int Recovered { get; init; }

    /// <summary>Those of them that took longer than the RTO of their time.</summary>
    public int Late { get; init; }
    public long? LongestMilliseconds { get; init; }

    public TimeSpan? LongestRecovery => LongestMilliseconds is { } longest ? TimeSpan.FromMilliseconds(longest) : null;
}

/// <summary>Another run works on the same. Endpoints answer 409.</summary>
public sealed class LockHeldException(RunLock held) : Exception($"RUN-{held.RunNumber} works on {held.Resource} already; it holds it until it ends."), Http.IRefusal
{
    public string Code => "held";

    public RunLock Held { get; } = held;
}
