using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Store;

/// <summary>What stands in a run's way.</summary>
/// <param name="Held">By the run that is first in its way; a run in line holds its place.</param>
/// <param name="IsRefused">It is not to stand in line: the same is being done already, or too many stand there.</param>
sealed record Blocker(RunLock Held, bool IsRefused);

/// <summary>The rows of <see cref="RunLock"/>, always inside the transaction of the run that they belong to.</summary>
static class LockTable
{
    /// <summary>As many runs stand in line for the same; who comes then is refused.</summary>
    const int MostInLine = 20;

    /// <summary>Who holds or waits for what the run wants; null: nobody.</summary>
    public static async Task<Blocker?> BlockerAsync(OpsContext context, Run run, CancellationToken stop)
    {
        var wanted = run.Plan.Locks;
        if (wanted.Count == 0)
            return null;
        var held = await context.Set<RunLock>().AsNoTracking().Where(one => wanted.Contains(one.Resource)).OrderBy(one => one.Resource).ToListAsync(stop);
        var line = (await LineAsync(context, stop)).Where(other => other.Plan.Locks.Intersect(wanted).Any()).ToArray();
        if (held.Count == 0 && line.Length == 0)
            return null;
        var holders = held.Select(one => one.RunId).Distinct().ToArray();
        var others = (await context.Set<StoredRun>().AsNoTracking().Where(row => holders.Contains(row.Id)).ToListAsync(stop)).Select(row => row.ToRun()).Concat(line);
        var same = others.FirstOrDefault(other => other.RunbookId == run.RunbookId && SameValues(other, run));
        var first = same ?? others.First();
        var inTheWay = held.FirstOrDefault(one => one.RunId == first.Id) ?? new RunLock { Resource = first.Plan.Locks.Intersect(wanted).First(), RunId = first.Id, RunNumber = first.Number, Since = first.StartedAt };
        return new(inTheWay, same is not null || line.Length >= MostInLine);
    }

    /// <summary>Runs that stand in line, who came first in front.</summary>
    public static async Task<IReadOnlyList<Run>> LineAsync(OpsContext context, CancellationToken stop) =>
        [.. (await context.Set<StoredRun>().AsNoTracking().Where(row => row.IsInLine).OrderBy(row => row.Number).ToListAsync(stop)).Select(row => row.ToRun())];

    /// <summary>What is over works on nothing, and leaves its locks to a run that still goes on under them; what goes on again, and whose turn came, takes its locks.</summary>
    /// <exception cref="LockHeldException">Another run holds one of them.</exception>
    public static async Task FollowAsync(OpsContext context, Run before, Run after, DateTimeOffset at, CancellationToken stop)
    {
        if (after.IsOver && !before.IsOver)
            await LeaveAsync(context, after, stop);
        foreach (var broken in after.BrokenLocks.Skip(before.BrokenLocks.Count))
            await context.Set<RunLock>().Where(held => held.RunId == after.Id && held.Resource == broken.Resource).ExecuteDeleteAsync(stop);
        if (after.IsOver || !(before.IsOver || (before.IsInLine && !after.IsInLine)))
            return;
        var wanted = after.HeldLocks.ToArray();
        if (wanted.Length > 0 && await context.Set<RunLock>().AsNoTracking().Where(held => wanted.Contains(held.Resource)).OrderBy(held => held.Resource).FirstOrDefaultAsync(stop) is { } other)
            throw new LockHeldException(other);
        Add(context, after, at);
    }

    static async Task LeaveAsync(OpsContext context, Run over, CancellationToken stop)
    {
        var held = context.Set<RunLock>().Where(held => held.RunId == over.Id);
        if (await held.Select(one => one.Resource).ToListAsync(stop) is not { Count: > 0 } names)
            return;
        if (await HeirAsync(context, over, stop) is not { } heir)
        {
            await held.ExecuteDeleteAsync(stop);
            return;
        }
        // A row of a version: where the heir ends in this moment, one of both ends begins anew.
        heir.Take(heir.ToRun() with { OuterLocks = names });
        await held.ExecuteUpdateAsync(set => set.SetProperty(one => one.RunId, heir.Id).SetProperty(one => one.RunNumber, heir.Number), stop);
    }

    // Runs within each other work under the same locks; the first of them that goes on keeps them.
    static async Task<StoredRun?> HeirAsync(OpsContext context, Run over, CancellationToken stop)
    {
        var outermost = await OutermostAsync(context, over, stop);
        var open = await context.Set<StoredRun>().Where(row => row.SystemId == over.SystemId && row.Id != over.Id && (row.Status == RunStatus.Queued || row.Status == RunStatus.Running || row.Status == RunStatus.Waiting || row.Status == RunStatus.Interrupted))
            .OrderBy(row => row.Number).ToListAsync(stop);
        foreach (var row in open)
        {
            if (row.ToRun() is { OuterId: not null } run && await OutermostAsync(context, run, stop) == outermost)
                return row;
        }
        return null;
    }

    static async Task<Guid> OutermostAsync(OpsContext context, Run run, CancellationToken stop)
    {
        while (run.OuterId is { } id && await context.Set<StoredRun>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, stop) is { } outer)
            run = outer.ToRun();
        return run.Id;
    }

    /// <summary>
    /// The locks of the outermost run within which this one was started, where that one and those between are over: nobody else holds them for it. One that is
    /// not over leaves them to it at its end, which therefore does not happen in the same moment.
    /// </summary>
    public static async Task<IReadOnlyList<string>> OuterAsync(OpsContext context, Run run, CancellationToken stop)
    {
        IReadOnlyList<string> locks = [];
        for (var id = run.OuterId; id is not null;)
        {
            var row = await context.Set<StoredRun>().FirstOrDefaultAsync(row => row.Id == id, stop);
            var outer = row?.ToRun();
            if (outer is { IsOver: false })
            {
                context.Entry(row!).State = EntityState.Modified;
                return [];
            }
            (id, locks) = (outer?.OuterId, outer?.Plan.Locks ?? locks);
        }
        return locks;
    }

    public static void Add(OpsContext context, Run run, DateTimeOffset at) =>
        context.AddRange(run.HeldLocks.Select(resource => new RunLock { Resource = resource, RunId = run.Id, RunNumber = run.Number, Since = at }));

    static bool SameValues(Run one, Run other) =>
        one.Plan.Parameters.Count == other.Plan.Parameters.Count && one.Plan.Parameters.All(pair => other.Plan.Parameters.GetValueOrDefault(pair.Key) == pair.Value);
}
