using OpsDashboard.Audit;

namespace OpsDashboard.Runbooks.Running;

/// <summary>What of a run goes into the audit log.</summary>
static class RunAudit
{
    public static string Subject(Run run) => $"system/{run.SystemId}/{run.Name}";

    public static AuditRecord Start(Actor actor, Run run) => new(actor, run.BreakGlass is not null && run.Line?.Answer is null ? "runbook.glass_broken" : run.IsInLine ? "run.queued" : run.IsAsked ? "run.approval_asked" : "runbook.started", Subject(run), Particulars: new Dictionary<string, object?>
    {
        ["runbook"] = run.RunbookId,
        ["title"] = run.Title,
        ["version"] = run.Plan.RunbookVersion,
        ["environment"] = run.Plan.Environment,
        ["plan"] = run.Plan.Hash,
        ["parameters"] = run.Plan.Parameters,
        ["locks"] = run.Plan.Locks,
        ["alert"] = run.Goal?.AlertId,
        ["within"] = run.OuterId,
        ["breakGlass"] = run.BreakGlass?.Reason,
        ["approvalUntil"] = run.Approval?.Deadline.ToString("o"),
        ["steps"] = run.Plan.Steps.Select(step => $"{step.Title}: {string.Join(' ', step.Plan.Command)}{(step.Plan.Target.Length > 0 ? $" @ {step.Plan.Target}" : "")}").ToArray(),
    });

    public static AuditRecord Press(Actor actor, string action, Run run, params (string Name, object? Value)[] particulars)
    {
        var all = new Dictionary<string, object?> { ["runbook"] = run.RunbookId, ["plan"] = run.Plan.Hash };
        foreach (var (name, value) in particulars)
            all[name] = value;
        return new(actor, action, Subject(run), Particulars: all);
    }

    /// <summary>The entry of the transition that ended the run or left it to a person; null for every other.</summary>
    public static AuditRecord? End(Run run) => run.IsOver || run.Status == RunStatus.Interrupted
        ? new(Actor.Program, run.IsOver ? "run.ended" : "run.interrupted", Subject(run), run.Status == RunStatus.Succeeded ? AuditOutcome.Done : AuditOutcome.Failed, new Dictionary<string, object?>
        {
            ["runbook"] = run.RunbookId,
            ["plan"] = run.Plan.Hash,
            ["status"] = run.Status.ToString(),
            ["effect"] = run.Effect.ToString(),
            ["reason"] = run.Reason,
            ["startedBy"] = run.StartedById,
            ["recovery"] = run.Recovery is { } recovery ? Recoveries.RecoveryWords.Sentence(recovery) : null,
            ["breakGlass"] = run.BreakGlass?.Reason,
            ["approvedBy"] = run.Approval is { IsGranted: true, Answer: { } answer } ? answer.ById : null,
            ["steps"] = run.Steps.Select(step => $"{step.Name}: {step.State}{(step.Reason.Length > 0 ? $", {step.Reason}" : "")}").ToArray(),
        })
        : null;
}
