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

    /// <summary>Adds a run with its locks and the audit entry, in one transaction.</summary>
    /// <param name="make">Gets the number that the run is to have.</param>
    /// <returns>The run, and whether it is the one of an earlier press with the same key.</returns>
    /// <exception cref="LockHeldException">Another run works on the same; nothing was added.</exception>
    public async Task<(Run Run, bool WasThere)> AddAsync(string startKey, Func<long, Run> make, Func<Run, AuditRecord> record, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            await using var context = contexts.CreateDbContext();
            if (await context.Set<StoredRun>().AsNoTracking().FirstOrDefaultAsync(run => run.StartKey == startKey, stop) is { } before)
                return (before.ToRun(), true);
            var run = make(await context.Set<StoredRun>().MaxAsync(row => (long?)row.Number, stop) is { } last ? last + 1 : 1);
            try
            {
                await DemandLocksAsync(context, run, stop);
            }
            catch (LockHeldException)
            {
                // It may be held by the other press of the same key, which was faster by a moment.
                if (attempt < MostTries && await context.Set<StoredRun>().AnyAsync(row => row.StartKey == startKey, stop))
                    continue;
                throw;
            }
            context.Add(StoredRun.Of(run, startKey));
            AddLocks(context, run, run.StartedAt);
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

    /// <summary>Runs that want something done now, or will by themselves.</summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(DateTimeOffset now, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<StoredRun>().AsNoTracking()
            .Where(run => run.Status == RunStatus.Queued || (run.Status == RunStatus.Running && (run.DueAt == null || run.DueAt <= now)) || (run.Status == RunStatus.Waiting && run.DueAt != null && run.DueAt <= now))
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
            row.Take(after);
            await HoldAsync(context, before, after, at, stop);
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
            .Select(group => new RunRecord(group.Key, group.Count(), group.Count(run => run.Status == RunStatus.Succeeded), group.Count(run => run.Effect == RunEffect.Effective), group.Count(run => run.Effect != RunEffect.None), group.Max(run => run.Number)))
            .ToListAsync(stop);
        return counts.ToDictionary(count => count.RunbookId);
    }

    public async Task<IReadOnlyList<RunLock>> LocksAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<RunLock>().AsNoTracking().OrderBy(held => held.Resource).ToListAsync(stop);
    }

    public static string LeaseOf(Guid run) => $"run/{run:N}";

    // What is over works on nothing; what goes on again takes its locks again.
    static async Task HoldAsync(OpsContext context, Run before, Run after, DateTimeOffset at, CancellationToken stop)
    {
        if (after.IsOver && !before.IsOver)
            await context.Set<RunLock>().Where(held => held.RunId == after.Id).ExecuteDeleteAsync(stop);
        if (!before.IsOver || after.IsOver)
            return;
        await DemandLocksAsync(context, after, stop);
        AddLocks(context, after, at);
    }

    static async Task DemandLocksAsync(OpsContext context, Run run, CancellationToken stop)
    {
        var wanted = run.Plan.Locks;
        if (wanted.Count > 0 && await context.Set<RunLock>().AsNoTracking().Where(held => wanted.Contains(held.Resource)).OrderBy(held => held.Resource).FirstOrDefaultAsync(stop) is { } held)
            throw new LockHeldException(held);
    }

    static void AddLocks(OpsContext context, Run run, DateTimeOffset at) =>
        context.AddRange(run.Plan.Locks.Select(resource => new RunLock { Resource = resource, RunId = run.Id, RunNumber = run.Number, Since = at }));
}

/// <param name="Systems">Null: all.</param>
public sealed record RunFilter(IReadOnlyCollection<string>? Systems = null, string? RunbookId = null, Guid? AlertId = null, RunStatus? Status = null, bool IsOpen = false);

/// <summary>How a runbook's runs ended.</summary>
/// <param name="Judged">Those that had something to prove and got through.</param>
/// <param name="LastNumber">Of the latest that ended.</param>
public sealed record RunRecord(string RunbookId, int Ended, int Succeeded, int Effective, int Judged, long LastNumber);

/// <summary>Another run works on the same. Endpoints answer 409.</summary>
public sealed class LockHeldException(RunLock held) : Exception($"RUN-{held.RunNumber} works on {held.Resource} already; it holds it until it ends.")
{
    public RunLock Held { get; } = held;
}
