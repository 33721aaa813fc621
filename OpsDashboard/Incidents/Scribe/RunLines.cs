using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Runbooks;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents.Scribe;

/// <summary>What a run adds to a timeline: its start, each step that ended, how it ended. Keys make each a line once.</summary>
static class RunLines
{
    public static IEnumerable<Line> Of(Run run)
    {
        var (url, key) = (Urls.Run(run.Id), $"run/{run.Id:N}");
        yield return new(EntryKind.Run, run.StartedAt, $"{run.Name} {run.Title}: started", run.StartedById, run.StartedByName, url, key);
        if (run.Approval is { Answer: { } answer } approval)
            yield return new(EntryKind.Run, answer.At, $"{run.Name} {run.Title}: {(approval.IsGranted ? "approved" : "refused")}", answer.ById, answer.ByName, url, $"{key}/approval");
        foreach (var step in run.Steps.Where(step => step.EndedAt is not null && step.State is StepState.Done or StepState.Failed or StepState.Skipped or StepState.Unknown))
        {
            var text = $"{run.Name} {step.Title}: {RunWords.Of(step.State).ToLowerInvariant()}{(step.Observation is { Length: > 0 } seen ? $", {seen}" : step.Reason.Length > 0 ? $", {step.Reason}" : "")}";
            yield return new(EntryKind.Run, step.EndedAt ?? run.StartedAt, text, Url: url, Key: $"{key}/{step.Name}/{step.Attempt}/{step.State}");
        }
        if (run.EndedAt is { } ended)
            yield return new(EntryKind.Run, ended, $"{run.Name} {run.Title}: {RunWords.State(run).ToLowerInvariant()}{(run.Reason.Length > 0 ? $", {run.Reason}" : "")}", Url: url, Key: $"{key}/ended/{(long)(ended - run.StartedAt).TotalMilliseconds}");
    }
}
