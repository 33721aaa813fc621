using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Locks;

/// <summary>Who holds some locks, and who stands in line for them, who came first in front.</summary>
/// <param name="Holders">Each lock with the run that holds it; the run is null where the reader may not see it.</param>
public sealed record LockStanding(IReadOnlyList<(RunLock Lock, Run? Run)> Holders, IReadOnlyList<PlaceInLine> Line)
{
    public static readonly LockStanding Free = new([], []);

    public bool IsFree => Holders.Count == 0 && Line.Count == 0;

    /// <summary>1 for who is next; 0: it does not stand here.</summary>
    public int PlaceOf(Run run) => Line.ToList().FindIndex(other => other.RunId == run.Id) + 1;

    /// <summary>What a run holds and who waits for it, or for what it waits.</summary>
    public LockStanding Without(Run run) => this with { Holders = [.. Holders.Where(holder => holder.Lock.RunId != run.Id)] };
}

/// <summary>One of those that stand in line: everybody may count them.</summary>
/// <param name="Locks">For what it stands there.</param>
/// <param name="Run">Null where the reader may not see it: it is of a system that they may not read.</param>
public sealed record PlaceInLine(Guid RunId, IReadOnlyList<string> Locks, DateTimeOffset Since, Run? Run);

/// <summary>Gives runs in line their turn: to each whose locks are free and wanted by nobody in front of it. Thread-safe; every replica may do it.</summary>
public sealed class WaitingLine(RunStore store, RunNews news, TimeProvider clock)
{
    public async Task AdvanceAsync(CancellationToken stop)
    {
        var line = await store.LineAsync(stop);
        if (line.Count == 0)
            return;
        var taken = (await store.LocksAsync(stop)).Select(held => held.Resource).ToHashSet();
        foreach (var run in line)
        {
            if (!run.Plan.Locks.Any(taken.Contains))
                await TakeTurnAsync(run, stop);
            // Who stands behind does not overtake, though a part of it is free.
            taken.UnionWith(run.Plan.Locks);
        }
    }

    async Task TakeTurnAsync(Run run, CancellationToken stop)
    {
        try
        {
            if (await store.ChangeAsync(run.Id, now => now.TookTurn(clock.Now()), null, null, clock.Now(), stop) is { } now)
                news.Changed(now);
        }
        catch (LockHeldException)
        {
            // Another replica gave the turn to somebody else in the same moment; the next look finds it.
        }
    }
}
