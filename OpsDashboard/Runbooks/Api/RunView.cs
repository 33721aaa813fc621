using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Recoveries;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Runbooks.Store;

namespace OpsDashboard.Runbooks.Api;

/// <summary>Runbooks, plans and runs as the API shows them.</summary>
static class RunView
{
    public static object Of(Runbook runbook, RunRecord? record, bool mayRun, Run? recovered = null) => new
    {
        id = runbook.Id,
        system = runbook.SystemId,
        component = runbook.ComponentId,
        title = runbook.Title,
        summary = runbook.Summary,
        source = runbook.Source,
        owner = runbook.Owner,
        reviewBy = runbook.ReviewBy.ToString("yyyy-MM-dd"),
        risk = runbook.Risk,
        mayRun = runbook.MayRun,
        youMayRun = mayRun,
        version = runbook.Version,
        parameters = runbook.Parameters.Select(parameter => new
        {
            name = parameter.Name,
            title = parameter.Title,
            type = parameter.Type,
            help = parameter.Help,
            @default = parameter.Default,
            fromLabel = parameter.FromLabel,
            least = parameter.Least,
            most = parameter.Most,
            allowed = parameter.Allowed,
            pattern = parameter.Pattern?.ToString(),
        }),
        locks = runbook.Locks,
        approvalWithin = runbook.ApprovalWithin,
        steps = runbook.Steps.Select(step => new { name = step.Name, title = step.Title, kind = step.Kind, timeout = step.Timeout, onFailure = step.OnFailure, idempotent = step.IsIdempotent, when = step.When?.Source }),
        runs = record is null ? null : new { ended = record.Ended, succeeded = record.Succeeded, effective = record.Effective, judged = record.Judged },
        recovery = runbook.Recovers is not { } objective ? null : new
        {
            @class = objective.Class,
            within = objective.Within,
            recovered = record?.Recovered ?? 0,
            late = record?.Late ?? 0,
            longest = record?.LongestRecovery,
            last = recovered is null ? null : Of(recovered.Aim, recovered.Recovery),
        },
    };

    static object? Of(RecoveryAim? aim, Recovery? recovery) => aim is null ? null : new
    {
        @class = aim.Objective.Class,
        within = aim.Objective.Within,
        from = aim.From,
        isDrill = aim.IsDrill,
        until = recovery?.Until,
        took = recovery?.Took,
        verdict = recovery?.Verdict,
    };

    /// <param name="seal">By which a start says that it was seen now.</param>
    public static object Of(Plan plan, string? seal = null) => new
    {
        hash = plan.Hash,
        seal,
        runbook = plan.RunbookId,
        version = plan.RunbookVersion,
        environment = plan.Environment,
        alert = plan.AlertId,
        parameters = plan.Parameters,
        locks = plan.Locks,
        mutes = plan.Mutes.Select(mute => new { matchers = mute.Matchers, @for = mute.For }),
        risk = plan.Risk,
        problems = plan.Problems,
        steps = plan.Steps.Select(step => new { name = step.Name, title = step.Title, kind = step.Kind, command = step.Plan.Command, target = step.Plan.Target, risk = step.Plan.Risk, problem = step.Plan.Problem, when = step.When, undo = step.Undo?.Command, inner = Inner(step.Plan) }),
    };

    static IEnumerable<object> Inner(StepPlan plan) =>
        plan.Inner.Select(step => new { name = step.Name, title = step.Title, kind = step.Kind, command = step.Plan.Command, target = step.Plan.Target, risk = step.Plan.Risk, problem = step.Plan.Problem, when = step.When, inner = Inner(step.Plan) });

    public static object Of(Preview preview) => new
    {
        plan = Of(preview.Plan, preview.Confirmation.Seal),
        at = preview.At,
        validFor = RunRequest.ConfirmationHolds,
        hit = preview.Hit,
        heldBy = preview.Held.Select(held => new { resource = held.Resource, run = held.RunId, number = held.RunNumber, since = held.Since }),
        approvalWithin = preview.ApprovalWithin,
        typedName = preview.Plan.Risk.AsksForName() ? preview.Runbook.ConfirmationName : null,
    };

    public static object Of(Run run) => new
    {
        id = run.Id,
        number = run.Number,
        name = run.Name,
        runbook = run.RunbookId,
        title = run.Title,
        system = run.SystemId,
        component = run.ComponentId,
        status = run.Status,
        effect = run.Effect,
        reason = run.Reason,
        needsAPerson = run.NeedsAPerson,
        startedBy = run.StartedByName,
        startedAt = run.StartedAt,
        endedAt = run.EndedAt,
        alert = run.Goal?.AlertId,
        within = run.OuterId,
        goal = run.Goal is { } goal ? new { name = goal.AlertName, expression = goal.Expression, hold = goal.Hold, within = goal.Within, guard = goal.Guard } : null,
        provingSince = run.ProvingSince,
        recovery = Of(run.Aim, run.Recovery),
        plan = Of(run.Plan),
        steps = run.Steps.Select(Of),
        approval = run.Approval is { } approval ? new
        {
            askedAt = approval.AskedAt,
            deadline = approval.Deadline,
            hit = approval.Hit,
            told = approval.Told,
            isOpen = run.IsAsked,
            answer = approval.Answer is { } answer ? new { isYes = answer.IsYes, by = answer.ByName, at = answer.At, reason = answer.Reason } : null,
        } : null,
        line = run.Line is { } line ? new { since = line.Since, isInLine = run.IsInLine, turnAt = line.TurnAt, deadline = line.Deadline, startedBy = line.Answer?.ByName } : null,
        locks = run.HeldLocks,
        brokenLocks = run.BrokenLocks.Select(broken => new { resource = broken.Resource, by = broken.ByName, at = broken.At, reason = broken.Reason }),
        breakGlass = run.BreakGlass is { } glass ? new
        {
            reason = glass.Reason,
            at = glass.At,
            told = glass.Told,
            reviewDueAt = glass.ReviewDueAt,
            review = glass.Review is { } review ? new { by = review.ByName, at = review.At, sentence = review.Sentence } : null,
        } : null,
        abort = run.Abort is { } abort ? new { by = abort.ByName, at = abort.At, reason = abort.Reason } : null,
    };

    static object Of(StepRun step) => new
    {
        name = step.Name,
        title = step.Title,
        state = step.State,
        attempt = step.Attempt,
        startedAt = step.StartedAt,
        endedAt = step.EndedAt,
        reason = step.Reason,
        observation = step.Observation,
        outputs = step.Outputs,
        effect = step.Effect,
        waitsFor = step.WaitsFor,
        deadline = step.Deadline,
        choices = step.Choices,
        answer = step.Answer is { } answer ? new { choice = answer.Choice, evidence = answer.Evidence, by = answer.ByName, at = answer.At } : null,
        inner = step.Inner.Select(Of),
        undo = step.Undo is { } undo ? new { state = undo.State, reason = undo.Reason, observation = undo.Observation } : null,
    };
}
