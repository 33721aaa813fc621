using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.OnCall.Rotations;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Paging;

/// <summary>Pages, in the one process that holds the lease; in all of them it keeps the overrides true to the database. Woken by what can begin or end a page, and looks each second.</summary>
sealed class PagingHost(PagingRound round, ShiftBook shifts, Leases leases, LiveBus bus, IReplicaChannel replicas, TimeProvider clock, ILogger<PagingHost> log)
    : LookingHost("Pages wait", TimeSpan.FromSeconds(1), clock, log)
{
    /// <summary>The topic by which replicas wake each other.</summary>
    internal const string Topic = "paging";

    static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(20), Renewal = TimeSpan.FromSeconds(5);

    long? fence;
    long renewedAt;
    long? readAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IDisposable[] wakes =
        [
            bus.Subscribe<AlertsChanged>(_ => Wake()), bus.Subscribe<AcknowledgementsChanged>(_ => Wake()), bus.Subscribe<SilencesChanged>(_ => Wake()),
            bus.Subscribe<NotificationsChanged>(_ => Wake()), bus.Subscribe<PagingWanted>(_ => Wanted()), bus.Subscribe<OnCallChanged>(_ => Wake()),
            replicas.Subscribe(Topic, FromOthers),
        ];
        try
        {
            await base.ExecuteAsync(stoppingToken);
        }
        finally
        {
            foreach (var one in wakes)
                one.Dispose();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (fence is not null)
            await leases.ReleaseAsync(PagingRound.Lease, cancellationToken);
    }

    protected internal override async Task LookAsync(CancellationToken stop)
    {
        if (readAt is not { } read || Clock.GetElapsedTime(read) >= Renewal)
        {
            await shifts.LoadAsync(stop);
            readAt = Clock.GetTimestamp();
        }
        if (fence is null || Clock.GetElapsedTime(renewedAt) >= Renewal)
        {
            fence = await leases.TryHoldAsync(PagingRound.Lease, LeaseLength, stop);
            renewedAt = Clock.GetTimestamp();
        }
        if (fence is not { } held)
            return;
        try
        {
            Tell(await round.LookAsync(held, stop));
        }
        catch (LeaseLostException)
        {
            fence = null;
        }
    }

    void Tell(PagingNews news)
    {
        if (!news.IsChanged)
            return;
        foreach (var page in news.Sent)
            bus.Publish(page);
        bus.Publish(new OutboxFilled());
        bus.Publish(new NotificationsChanged());
        bus.Publish(new PagingChanged());
        replicas.Publish(Topic);
    }

    // Somebody pressed something here; it may be another replica that pages.
    void Wanted()
    {
        bus.Publish(new PagingChanged());
        replicas.Publish(Topic);
        Wake();
    }

    void FromOthers()
    {
        readAt = null;
        bus.Publish(new PagingChanged());
        Wake();
    }
}
