using OpsDashboard.Alerts;
using OpsDashboard.Incidents.Timeline;

namespace OpsDashboard.Incidents;

public sealed partial record Incident
{
    /// <summary>The alert belongs to it from now on; it moves the clock of its system.</summary>
    /// <param name="at">When it fired.</param>
    public Incident Joined(Alert alert, DateTimeOffset at, bool isOpener = false)
    {
        var system = alert.SystemId ?? SystemId;
        if (Alerts.Any(known => known.Id == alert.Id))
            return this;
        if (Alerts.Count >= MostAlerts)
            return this with { MoreAlerts = MoreAlerts + 1 };
        var joined = this with { Alerts = [.. Alerts, new(alert.Id, system, alert.ComponentId, alert.Name, alert.Severity, alert.Summary, alert.ActiveAt)] };
        var text = isOpener ? $"{alert.Name} fires, {alert.Severity}: {alert.Summary}" : $"{alert.Name} joined, {alert.Severity} ({joined.Alerts.Count} alerts now): {alert.Summary}";
        return joined.Clocked(system, alert.ActiveAt).Said(new(EntryKind.Alert, at, text, Url: Ui.Urls.Alert(alert.Id), Key: $"alert/{alert.Id:N}"));
    }

    /// <summary>The condition of one of its alerts passed. Its system is restored when nothing that counts fires there any more.</summary>
    public Incident AlertResolved(Guid alertId, DateTimeOffset at)
    {
        if (Alerts.FirstOrDefault(alert => alert.Id == alertId) is not { ResolvedAt: null } known)
            return this;
        var left = this with { Alerts = [.. Alerts.Select(alert => alert.Id == alertId ? alert with { ResolvedAt = at } : alert)] };
        return left.Restored(known.SystemId).Said(new(EntryKind.Alert, at, $"{known.Name} no longer fires", Url: Ui.Urls.Alert(alertId), Key: $"alert/{alertId:N}/over"));
    }

    /// <summary>Somebody has it in hand: counts for the time to acknowledge.</summary>
    public Incident AcknowledgedAtFirst(DateTimeOffset at) => AcknowledgedAt is { } known && known <= at ? this : this with { AcknowledgedAt = at };

    Incident Clocked(string system, DateTimeOffset beganAt)
    {
        if (Clocks.FirstOrDefault(clock => clock.SystemId == system) is not { } known)
            return this with { Clocks = [.. Clocks, new(system, beganAt)] };
        // What fires again after all was green: service is not restored.
        return known.IsEndSet ? this : this with { Clocks = [.. Clocks.Select(clock => clock.SystemId == system ? clock with { RestoredAt = null } : clock)] };
    }

    Incident Restored(string system)
    {
        var alerts = Alerts.Where(alert => alert.SystemId == system).ToArray();
        // Where something critical fired, a warning that lingers does not keep the clock.
        var counting = alerts.Any(alert => alert.IsCritical) ? [.. alerts.Where(alert => alert.IsCritical)] : alerts;
        if (counting.Any(alert => alert.ResolvedAt is null))
            return this;
        var at = counting.Max(alert => alert.ResolvedAt);
        return this with { Clocks = [.. Clocks.Select(clock => clock.SystemId == system && !clock.IsEndSet ? clock with { RestoredAt = at } : clock)] };
    }
}
