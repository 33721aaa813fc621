using System.Threading.Channels;
using OpsDashboard.Alerts.External;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>Decides and sends, in the one process that holds the lease; the others wait for their turn. Woken by alerts, and looks each second.</summary>
sealed class NotificationHost(Dispatcher dispatcher, Escalation escalation, Sender sender, ExternalAlerts external, Leases leases, LiveBus bus, IReplicaChannel replicas, TimeProvider clock, ILogger<NotificationHost> log) : BackgroundService
{
    public const string Lease = "notifications";

    internal const string Topic = "notifications";

    /// <summary>Longer than a send may take: when the lease has passed on, nothing of the last holder's is still on its way.</summary>
    public static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(30);

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), Renewal = TimeSpan.FromSeconds(5);

    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    long? fence;
    long renewedAt;

    /// <summary>Whether this process is the one that sends.</summary>
    public bool IsSender => fence is not null;

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        await Task.Yield();
        using var ofAlerts = bus.Subscribe<AlertsChanged>(_ => wake.Writer.TryWrite(true));
        using var ofPages = bus.Subscribe<OutboxFilled>(_ => wake.Writer.TryWrite(true));
        using var ofOthers = replicas.Subscribe(Topic, () => bus.Publish(new NotificationsChanged()));
        string? lastFault = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(stop);
                lastFault = null;
            }
            catch (LeaseLostException)
            {
                fence = null;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (lastFault != error.Message)
                    log.LogError(error, "Notifications wait; the next round tries again");
                lastFault = error.Message;
            }
            await PauseAsync(stop);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (fence is null)
            return;
        await sender.IdleAsync();
        await leases.ReleaseAsync(Lease, cancellationToken);
    }

    async Task RoundAsync(CancellationToken stop)
    {
        if (fence is null || clock.GetElapsedTime(renewedAt) >= Renewal)
        {
            fence = await leases.TryHoldAsync(Lease, LeaseLength, stop);
            renewedAt = clock.GetTimestamp();
        }
        if (fence is not { } held)
            return;
        await external.ExpireAsync(stop);
        var written = await dispatcher.RoundAsync(held, stop) + await escalation.RoundAsync(held, stop);
        var begun = await sender.RoundAsync(held, stop);
        if (written == 0 && begun == 0)
            return;
        bus.Publish(new NotificationsChanged());
        replicas.Publish(Topic);
    }

    async Task PauseAsync(CancellationToken stop)
    {
        using var tick = new CancellationTokenSource(Interval, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, stop);
        try
        {
            await wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Time to look.
        }
    }
}
