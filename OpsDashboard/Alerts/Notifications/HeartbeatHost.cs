using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>
/// Calls an address each minute as long as the alert Watchdog fires, rules are evaluated and the database takes writes: whoever listens there notices
/// when the calls stop. One process of all replicas calls.
/// </summary>
sealed class HeartbeatHost(IAlerts alerts, Leases leases, HttpSender http, NotificationOptions options, TimeProvider clock, ILogger<HeartbeatHost> log) : BackgroundService
{
    public const string Watchdog = "Watchdog";

    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1), LeaseLength = TimeSpan.FromSeconds(90);

    /// <summary>When the last call arrived; null: none yet.</summary>
    public DateTimeOffset? LastAt { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        await Task.Yield();
        if (options.HeartbeatUrl is null)
            return;
        using var tick = new PeriodicTimer(Interval, clock);
        string? lastFault = null;
        do
        {
            try
            {
                var fault = await BeatAsync(stop);
                if (fault is not null && fault != lastFault)
                    log.LogWarning("The outgoing heartbeat was not sent: {Reason}", fault);
                lastFault = fault;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogError(error, "The outgoing heartbeat was not sent");
            }
        }
        while (await tick.WaitForNextTickAsync(stop));
    }

    /// <summary>One call, if all is well.</summary>
    /// <returns>Why it was not made or did not arrive; null: it did, or another process calls.</returns>
    public async Task<string?> BeatAsync(CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (!alerts.Current.Any(alert => alert is { Name: Watchdog, State: AlertState.Firing }))
            return "no alert Watchdog fires";
        if (alerts.Rules.Count > 0 && !alerts.Rules.Any(rule => now - rule.EvaluatedAt < Interval))
            return "rules are not evaluated";
        if (await leases.TryHoldAsync("heartbeat", LeaseLength, stop) is null)
            return null;
        using var limit = new CancellationTokenSource(Outbox.Sender.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            var result = await http.SendAsync(new(HttpMethod.Post, options.HeartbeatUrl), either.Token, saysAnswer: false);
            if (result.Outcome != SendOutcome.Delivered)
                return result.Detail;
            LastAt = now;
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return "it did not answer";
        }
    }
}
