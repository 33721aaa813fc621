using System.Text;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Recoveries;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks.Export;

/// <summary>One runbook as a file that a person can follow by hand, on the day this program is down. Pure.</summary>
public static class RunbookDocumentText
{
    /// <param name="plan">With the values that are proposed; null where one has to be given.</param>
    public static string Of(Runbook runbook, Plan? plan, string environment)
    {
        var text = new StringBuilder();
        text.Append($"# {runbook.Title}\n\n{runbook.Summary}\n\n");
        text.Append($"System {runbook.SystemId}{(runbook.ComponentId is { } component ? $", component {component}" : "")} · environment {environment} · risk: {runbook.Risk.Word()} · may be run by: {runbook.MayRun.ToString().ToLowerInvariant()} · owner: {runbook.Owner} · review by {runbook.ReviewBy:yyyy-MM-dd} · version {runbook.Version}\n");
        if (runbook.Source is { } source)
            text.Append($"Guide: {source}\n");
        if (runbook.Recovers is { Within: { } within } objective)
            text.Append($"It has to be over within {RunWords.Short(within)} of the failure (RTO, {RecoveryWords.Of(objective.Class)}). Write down when it began and when it was over.\n");
        foreach (var parameter in runbook.Parameters)
            text.Append($"\nValue `{parameter.Name}` ({parameter.Title}): {(parameter.Default is { } value ? $"`{value}` unless you know better" : "has to be chosen")}{(parameter.Allowed.Count > 0 ? $"; one of {string.Join(", ", parameter.Allowed)}" : "")}.");
        text.Append('\n');
        if (plan is not null && ApprovalRule.Of(runbook, plan) is not null)
            text.Append("\nHave another person agree before the first step, and write down who.\n");
        for (var i = 0; i < runbook.Steps.Count; i++)
            Append(text, i + 1, runbook.Steps[i], plan?.Steps[i]);
        if (plan?.Locks is { Count: > 0 } locks)
            text.Append($"\nMake sure that nobody else works on {string.Join(", ", locks)} meanwhile.\n");
        return text.ToString();
    }

    static void Append(StringBuilder text, int number, StepSpec step, PlannedStep? planned)
    {
        text.Append($"\n## {number}. {step.Title}\n\n");
        if (step.When is { } when)
            text.Append($"Only if `{when.Source}`.\n\n");
        Append(text, planned?.Plan, step.Kind);
        AppendInner(text, planned?.Plan.Inner ?? [], 3);
        if (planned?.Undo is { } undo)
        {
            text.Append("\nTo take it back:\n\n");
            Append(text, undo, step.Kind);
        }
        text.Append($"\nGive it {RunWords.Short(step.Timeout)}. If it fails: {step.OnFailure switch { OnFailure.Continue => "go on", OnFailure.Compensate => "take back what was done, the latest first", _ => "stop here" }}.\n");
    }

    static void AppendInner(StringBuilder text, IReadOnlyList<PlannedStep> steps, int level)
    {
        foreach (var step in steps)
        {
            text.Append($"\n{new string('#', level)} {step.Title}\n\n");
            if (step.When is { } when)
                text.Append($"Only if `{when}`.\n\n");
            Append(text, step.Plan, step.Kind);
            AppendInner(text, step.Plan.Inner, level + 1);
        }
    }

    static void Append(StringBuilder text, StepPlan? plan, string kind)
    {
        if (plan is null)
        {
            text.Append($"({kind}; its values have to be chosen first)\n");
            return;
        }
        if (plan.Target.Length > 0)
            text.Append($"On {plan.Target}:\n\n");
        // A fence longer than any in the text, so that nothing in it ends the block.
        text.Append($"````\n{(kind == "command" ? RunWords.Command(plan.Command) : string.Join('\n', plan.Command))}\n````\n");
        if (plan.Problem is { } problem)
            text.Append($"\nNot here: {problem}\n");
    }
}
