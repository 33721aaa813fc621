using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Live;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents.Scribe;

/// <summary>
/// Opens incidents by the policies and writes down what happens during them, in the one process that holds the lease. What was read is kept by a cursor and
/// every line by its key: after a crash nothing is lost and nothing stands there twice.
/// </summary>
sealed class ScribeHost : LookingHost
{
    public const string Lease = "incidents";

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(2), LeaseLength = TimeSpan.FromSeconds(15);

    readonly AlertScribe alerts;
    readonly EventScribe events;
    readonly Leases leases;
    readonly IDisposable[] wakes;

    public ScribeHost(AlertScribe alerts, EventScribe events, Leases leases, LiveBus bus, TimeProvider clock, ILogger<ScribeHost> log)
        : base("Incidents wait", Pace, clock, log)
    {
        (this.alerts, this.events, this.leases) = (alerts, events, leases);
        wakes =
        [
            bus.Subscribe<AlertsChanged>(_ => Wake()),
            bus.Subscribe<AcknowledgementsChanged>(_ => Wake()),
            bus.Subscribe<RunChanged>(_ => Wake()),
            bus.Subscribe<NotificationsChanged>(_ => Wake()),
            bus.Subscribe<IncidentChanged>(_ =>
            {
                // An alert that joined may have been paged before.
                events.PagingMoved();
                Wake();
            }),
            bus.Subscribe<PagingChanged>(_ =>
            {
                events.PagingMoved();
                Wake();
            }),
        ];
    }

    public override void Dispose()
    {
        foreach (var wake in wakes)
            wake.Dispose();
        base.Dispose();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await leases.ReleaseAsync(Lease, cancellationToken);
    }

    protected internal override async Task LookAsync(CancellationToken stop)
    {
        if (await leases.TryHoldAsync(Lease, LeaseLength, stop) is null)
            return;
        await alerts.LookAsync(stop);
        await events.LookAsync(stop);
    }
}
