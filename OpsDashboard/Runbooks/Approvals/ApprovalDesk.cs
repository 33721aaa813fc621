using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Runbooks.Approvals;

/// <summary>
/// Where another person says yes or no to a run before its first step. Every method authorizes, validates and audits by itself. Who started the run
/// never answers, by whatever account or token of theirs it was; a token never does. Thread-safe.
/// </summary>
public sealed class ApprovalDesk(Runs runs, RunbookList runbooks, Previews previews, RunStore store, RunNews news, TimeProvider clock)
{
    /// <summary>Whether the actor may answer the run's request; the desk asks again.</summary>
    public static bool May(Actor actor, Run run) => run.AskedUntil is not null && Refusal(actor, run) is null && actor.May(Permission.ApproveRuns, run.SystemId);

    /// <summary>Approves what was asked for.</summary>
    /// <param name="planHash">Of the plan that the approver saw.</param>
    /// <param name="seen">The step whose question the approver saw; null: the request before the first step was seen.</param>
    /// <exception cref="NotFoundException">There is no such run, or not for this actor.</exception>
    /// <exception cref="AccessDeniedException">The actor may not, or started it.</exception>
    /// <exception cref="PlanChangedException">It would not do any more what was asked for, or the approver saw something else.</exception>
    /// <exception cref="RunStateException">It waits for no approval any more, or something else is asked now.</exception>
    public async Task<Run> ApproveAsync(Actor actor, Guid id, string? planHash, StepSeen? seen, CancellationToken stop)
    {
        var run = await DemandAsync(actor, id, stop);
        if (planHash is not { Length: > 0 })
            throw new InvalidInputException("plan", "is missing: look at what is asked for, then approve that plan.");
        if (planHash != run.Plan.Hash)
            throw new PlanChangedException(run.Plan, ["What you saw is not what is asked for."]);
        if (run.IsAsked && Stale(run) is { Count: > 0 } differences)
            throw new PlanChangedException(run.Plan, differences);
        return await AnswerAsync(actor, run, seen, "", isYes: true, stop);
    }

    /// <param name="seen">As for a yes.</param>
    /// <param name="reason">Why not.</param>
    /// <exception cref="NotFoundException">There is no such run, or not for this actor.</exception>
    /// <exception cref="AccessDeniedException">The actor may not, or started it.</exception>
    /// <exception cref="RunStateException">It waits for no approval any more, or something else is asked now.</exception>
    public async Task<Run> RefuseAsync(Actor actor, Guid id, StepSeen? seen, string? reason, CancellationToken stop)
    {
        var run = await DemandAsync(actor, id, stop);
        var why = reason?.ReplaceLineEndings(" ").Trim() ?? "";
        if (why.Length is 0 or > Runs.MaxReason)
            throw new InvalidInputException("reason", $"has between 1 and {Runs.MaxReason} characters.");
        return await AnswerAsync(actor, run, seen, why, isYes: false, stop);
    }

    /// <summary>What is not any more as it was asked for, a sentence each; empty: all of it is.</summary>
    public IReadOnlyList<string> Stale(Run run) => previews.DifferencesNow(run, runbooks.Version(run.SystemId, run.RunbookId, run.Plan.RunbookVersion));

    async Task<Run> AnswerAsync(Actor actor, Run asked, StepSeen? seen, string reason, bool isYes, CancellationToken stop)
    {
        // What is answered is judged with the change itself: the run may have gone on since it was read.
        var run = await store.ChangeAsync(asked.Id, now => now.ApprovalAnswered(new(isYes, actor.Id, actor.Name, clock.Now(), reason), seen), null, after => Record(actor, isYes, seen, after, reason), clock.Now(), stop)
            ?? throw new NotFoundException($"run {asked.Id}");
        news.Changed(run);
        return run;
    }

    static AuditRecord Record(Actor actor, bool isYes, StepSeen? seen, Run run, string reason) => RunAudit.Press(actor,
        seen is not null ? (isYes ? "run.step_approved" : "run.step_refused") : isYes ? "runbook.approved" : "run.approval_refused", run,
        ("environment", run.Plan.Environment), ("parameters", run.Plan.Parameters), ("startedBy", run.StartedById), ("step", seen?.Name), ("attempt", seen?.Attempt), ("reason", reason));

    async Task<Run> DemandAsync(Actor actor, Guid id, CancellationToken stop)
    {
        var run = await runs.FindAsync(actor, id, stop);
        actor.Demand(Permission.ApproveRuns, run.SystemId);
        if (Refusal(actor, run) is not { } why)
            return run;
        actor.Refusals?.Note(actor, $"{Permission.ApproveRuns} {run.Name}", run.SystemId);
        throw new AccessDeniedException(Permission.ApproveRuns, run.SystemId, why);
    }

    static string? Refusal(Actor actor, Run run) =>
        actor.Kind != ActorKind.Person ? "Only a person approves." : run.IsOwn(actor.Id) ? "Who started it does not approve it." : null;
}
