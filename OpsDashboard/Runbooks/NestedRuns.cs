using OpsDashboard.Audit;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks;

/// <summary>
/// Runs that steps of other runs start. Whoever started the outer one was asked for permission, and confirmed the plan in which the inner one stands;
/// its locks are the outer run's, and its own where it goes on behind that one's end. Thread-safe.
/// </summary>
public sealed class NestedRuns(RunbookList runbooks, RunStore store, RunNews news, TimeProvider clock)
{
    public Task<Run?> FindAsync(Guid id, CancellationToken stop) => store.FindAsync(id, stop);

    /// <summary>Starts a run within another; the same key starts one, however often it is asked for.</summary>
    /// <param name="plan">As the outer plan has it, with its values.</param>
    public async Task<Run> StartAsync(Run outer, string key, Runbook runbook, Plan plan, CancellationToken stop)
    {
        runbooks.Keep(runbook);
        // What asks for an approval by itself asks for it also here, unless the outer one has it.
        var within = outer.Approval is { IsGranted: true } || outer.BreakGlass is not null ? null : ApprovalRule.Of(runbook, plan);
        var (run, wasThere) = await store.AddAsync(key, number => Asked(within, new()
        {
            Id = clock.NewId(),
            Number = number,
            RunbookId = runbook.Id,
            Title = runbook.Title,
            SystemId = runbook.SystemId,
            ComponentId = runbook.ComponentId,
            Plan = plan,
            OuterId = outer.Id,
            StartedById = outer.StartedById,
            StartedForId = outer.StartedForId,
            StartedByName = $"{outer.StartedByName}, by {outer.Name}",
            StartedAt = clock.Now(),
            Steps = [.. runbook.Steps.Select(step => new StepRun { Name = step.Name, Title = step.Title })],
        }), made => RunAudit.Start(Actor.Program, made), stop);
        if (!wasThere)
            news.Changed(run);
        return run;
    }

    static Run Asked(TimeSpan? within, Run run) => within is { } time ? run.Asked(new(run.StartedAt, run.StartedAt + time, null)) : run;

    /// <summary>Asks for the end of an inner run that goes on.</summary>
    public async Task AbortAsync(Guid id, Run outer, CancellationToken stop)
    {
        var request = new AbortRequest(outer.Abort?.ById ?? Actor.Program.Id, outer.Abort?.ByName ?? outer.Name, clock.Now(), $"{outer.Name} ends");
        var run = await store.ChangeAsync(id, now =>
        {
            if (now.IsOver || now.Abort is not null)
                return null;
            var asked = now.AbortAsked(request);
            return now.Status is RunStatus.Waiting or RunStatus.Queued or RunStatus.Interrupted ? asked.Aborted(now.Status != RunStatus.Interrupted, clock.Now()) : asked;
        }, null, after => RunAudit.Press(Actor.Program, "run.abort_asked", after, ("outer", outer.Name)), clock.Now(), stop);
        if (run is not null)
            news.Changed(run);
    }
}
