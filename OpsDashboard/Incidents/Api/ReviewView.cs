using OpsDashboard.Incidents.Leading;

namespace OpsDashboard.Incidents.Api;

/// <summary>A review as endpoints answer it; spans are seconds.</summary>
static class ReviewView
{
    public static object Of(IncidentRecord record) => new
    {
        incident = record.Incident.Name,
        version = record.Incident.Review?.Version ?? 0,
        review = record.Incident.Review,
        actions = record.Incident.Tasks.Where(task => task.IsAction).Select(task => new { id = task.Id, text = task.Text, owner = task.OwnerName, ownerId = task.OwnerId, dueAt = task.DueAt, doneAt = task.DoneAt }),
        facts = Of(record.Facts),
    };

    public static object Of(IncidentFacts facts) => new
    {
        impactBeganAt = facts.BeganAt,
        detectedAfter = facts.DetectedAfter.TotalSeconds,
        acknowledgedAfter = facts.AcknowledgedAfter?.TotalSeconds,
        mitigatedAfter = facts.MitigatedAfter?.TotalSeconds,
        restoredAfter = facts.RestoredAfter?.TotalSeconds,
        recoveries = facts.Recoveries.Select(recovery => new { system = recovery.SystemId, took = recovery.Took?.TotalSeconds, rto = recovery.Within?.TotalSeconds, met = recovery.IsMet }),
        updates = facts.Updates,
        lateUpdates = facts.LateUpdates,
        alerts = facts.Alerts,
        runs = facts.Runs.Select(run => new { id = run.Id, name = run.Name, title = run.Title, status = run.Status, effect = run.Effect, by = run.StartedByName, startedAt = run.StartedAt, endedAt = run.EndedAt }),
        roles = facts.Roles.Select(span => new { role = span.Role, name = span.Name, from = span.From, until = span.Until }),
        manualSteps = facts.ManualSteps.Select(step => new { run = step.Run.Name, title = step.Title, took = step.Took.TotalSeconds }),
        gaps = facts.Gaps.Select(gap => new { from = gap.From, until = gap.Until }),
        likelyChange = facts.LikelyChange is { } likely ? new { at = likely.Change.At, text = likely.Change.Text, by = likely.Change.By, score = likely.Score } : null,
    };
}
