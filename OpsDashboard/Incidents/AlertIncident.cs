using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Live;

namespace OpsDashboard.Incidents;

/// <summary>In the head of an alert: the incident to which it belongs, or the way to open one.</summary>
sealed class AlertIncident(IncidentDesk desk, LiveBus bus) : IAlertButtons
{
    public async Task<IReadOnlyList<AlertButton>> OfAsync(Actor actor, Alert alert, CancellationToken stop)
    {
        if (await desk.OfAlertAsync(actor, alert.Id, stop) is { } incident)
            return [new($"{incident.Name} ▸", IncidentUrls.Incident(incident.Id), "i")];
        return alert.State == AlertState.Firing && alert.SystemId is { } system && actor.May(Permission.HandleIncidents, system) ? [new("Open incident", IncidentUrls.New(alert.Id), "i")] : [];
    }

    public IDisposable Subscribe(Action changed) => bus.Subscribe<IncidentChanged>(_ => changed());
}
