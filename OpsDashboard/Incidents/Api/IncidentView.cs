using OpsDashboard.Incidents.Timeline;

namespace OpsDashboard.Incidents.Api;

/// <summary>An incident as endpoints answer it.</summary>
static class IncidentView
{
    public static object Of(Incident incident, int? version = null) => new
    {
        id = incident.Id,
        number = incident.Number,
        name = incident.Name,
        version,
        system = incident.SystemId,
        systems = incident.Systems,
        component = incident.ComponentId,
        title = incident.Title,
        severity = incident.Severity,
        status = incident.Status,
        isOpen = incident.IsOpen,
        openedAt = incident.OpenedAt,
        openedBy = incident.OpenedByName,
        impact = incident.Impact,
        eta = incident.Eta,
        bridge = incident.Bridge,
        impactBeganAt = incident.ImpactBeganAt,
        restoredAt = incident.RestoredAt,
        acknowledgedAt = incident.AcknowledgedAt,
        resolvedAt = incident.Resolution?.At,
        cause = incident.Resolution?.Cause,
        clocks = incident.Clocks.Select(clock => new { system = clock.SystemId, beganAt = clock.BeganAt, restoredAt = clock.RestoredAt }),
        roles = incident.Roles.Select(holder => new { role = holder.Role, person = holder.Name, personId = holder.PersonId, since = holder.Since }),
        offers = incident.Offers.Select(offer => new { role = offer.Role, to = offer.ToName, toId = offer.ToId, from = offer.FromName, at = offer.At }),
        alerts = incident.Alerts.Select(alert => new { id = alert.Id, name = alert.Name, system = alert.SystemId, component = alert.ComponentId, severity = alert.Severity, summary = alert.Summary, beganAt = alert.BeganAt, resolvedAt = alert.ResolvedAt }),
        moreAlerts = incident.MoreAlerts,
        template = incident.Template,
        phases = incident.Phases.Select(phase => new { name = phase.Name, steps = phase.Steps.Select(step => new { text = step.Text, runbook = step.Runbook, doneAt = step.DoneAt, doneBy = step.DoneByName }) }),
        tasks = incident.Tasks.Select(task => new { id = task.Id, text = task.Text, owner = task.OwnerName, ownerId = task.OwnerId, createdAt = task.CreatedAt, dueAt = task.DueAt, acceptedAt = task.AcceptedAt, doneAt = task.DoneAt, isAction = task.IsAction }),
        updateDueAt = incident.UpdateDueAt,
        updates = incident.Updates,
        mergedInto = incident.MergedIntoId,
        linked = incident.Linked,
        review = incident.Review,
    };

    public static object Of(TimelineEntry entry) => new { id = entry.Id, at = entry.At, writtenAt = entry.WrittenAt, kind = entry.Kind, text = entry.Text, by = entry.ByName, url = entry.Url };
}
