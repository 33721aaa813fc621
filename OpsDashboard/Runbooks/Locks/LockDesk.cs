using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Locks;

/// <summary>What people do with locks. Every method authorizes, validates and audits by itself. Thread-safe.</summary>
public sealed class LockDesk(Runs runs, RunbookList runbooks, Previews previews, RunStore store, RunNews news, TimeProvider clock)
{
    /// <summary>Who holds these locks and who stands in line for any of them.</summary>
    public async Task<LockStanding> StandingAsync(Actor actor, IReadOnlyCollection<string> locks, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.ReadRunbooks))
            actor.Demand(Permission.ReadRunbooks);
        if (locks.Count == 0)
            return LockStanding.Free;
        var holders = new List<(RunLock, Run?)>();
        foreach (var held in (await store.LocksAsync(stop)).Where(held => locks.Contains(held.Resource)))
            holders.Add((held, await store.FindAsync(held.RunId, stop) is { } run && actor.May(Permission.ReadRunbooks, run.SystemId) ? run : null));
        // Those that the actor may not read keep their place, and their names to themselves.
        return new(holders, [.. (await store.LineAsync(stop)).Where(run => run.Plan.Locks.Any(locks.Contains)).Select(run => new PlaceInLine(run.Id, run.Plan.Locks, run.Line!.Since, actor.May(Permission.ReadRunbooks, run.SystemId) ? run : null))]);
    }

    /// <summary>Starts what stood in line, now that its turn has come.</summary>
    /// <param name="planHash">Of the plan that was seen.</param>
    /// <exception cref="NotFoundException">There is no such run, or not for this actor.</exception>
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="PlanChangedException">It would not do any more what was confirmed.</exception>
    /// <exception cref="RunStateException">It is not its turn.</exception>
    public async Task<Run> ConfirmAsync(Actor actor, Guid id, string? planHash, CancellationToken stop)
    {
        var found = await runs.DemandHandleAsync(actor, id, stop);
        if (planHash is not { Length: > 0 })
            throw new InvalidInputException("plan", "is missing: look at what it will do, then start that plan.");
        if (planHash != found.Plan.Hash)
            throw new PlanChangedException(found.Plan, ["What you saw is not what stands in line."]);
        if (found.IsAtTurn && previews.DifferencesNow(found, runbooks.Version(found.SystemId, found.RunbookId, found.Plan.RunbookVersion)) is { Count: > 0 } differences)
            throw new PlanChangedException(found.Plan, differences);
        return await ChangeAsync(id, run => run.TurnConfirmed(new(actor.Id, actor.Name, clock.Now())), after => RunAudit.Start(actor, after), stop);
    }

    /// <summary>Takes a lock from a run that still goes on, or that stands. It goes on without it.</summary>
    /// <exception cref="NotFoundException">There is no such run, or not for this actor.</exception>
    /// <exception cref="AccessDeniedException" />
    /// <exception cref="RunStateException">It does not hold it.</exception>
    public async Task<Run> BreakAsync(Actor actor, Guid id, string? resource, string? reason, CancellationToken stop)
    {
        var found = await runs.FindAsync(actor, id, stop);
        actor.Demand(Permission.BreakLocks, found.SystemId);
        var why = reason?.ReplaceLineEndings(" ").Trim() ?? "";
        if (why.Length is 0 or > Runs.MaxReason)
            throw new InvalidInputException("reason", $"has between 1 and {Runs.MaxReason} characters.");
        if (resource is not { Length: > 0 })
            throw new InvalidInputException("resource", "is missing: name the lock.");
        return await ChangeAsync(id, run => run.LockBroken(new(resource, actor.Id, actor.Name, clock.Now(), why)), after => RunAudit.Press(actor, "run.lock_broken", after, ("resource", resource), ("reason", why), ("holder", after.StartedById)), stop);
    }

    async Task<Run> ChangeAsync(Guid id, Func<Run, Run> change, Func<Run, AuditRecord> record, CancellationToken stop)
    {
        var run = await store.ChangeAsync(id, change, null, record, clock.Now(), stop) ?? throw new NotFoundException($"run {id}");
        news.Changed(run);
        return run;
    }
}
