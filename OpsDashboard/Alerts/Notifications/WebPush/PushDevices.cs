using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications.WebPush;

/// <summary>A person's own browsers that alerts wake: list, remove, try. Thread-safe.</summary>
public sealed class PushDevices
{
    readonly PushSubscriptions subscriptions;
    readonly PushNotifier notifier;
    readonly NotificationOptions options;
    readonly IAuditLog audit;
    readonly TimeProvider clock;

    internal PushDevices(PushSubscriptions subscriptions, PushNotifier notifier, NotificationOptions options, IAuditLog audit, TimeProvider clock) =>
        (this.subscriptions, this.notifier, this.options, this.audit, this.clock) = (subscriptions, notifier, options, audit, clock);

    public Task<IReadOnlyList<(Guid Id, string Device, DateTimeOffset CreatedAt)>> ListAsync(Actor actor, CancellationToken stop) => subscriptions.ListAsync(actor, stop);

    /// <exception cref="NotFoundException">The actor has no such device.</exception>
    public Task RemoveAsync(Actor actor, Guid id, CancellationToken stop) => subscriptions.RemoveAsync(actor, id, stop);

    /// <summary>Wakes one of the actor's own devices at once, past routing and outbox. Says in words what came of it.</summary>
    /// <exception cref="NotFoundException">The actor has no such device.</exception>
    public async Task<(bool IsSent, string Words)> TryAsync(Actor actor, Guid id, CancellationToken stop)
    {
        if ((await subscriptions.ListAsync(actor, stop)).All(one => one.Id != id))
            throw new NotFoundException($"subscription {id}");
        var message = new Message("you", $"test {id}", NotificationReason.Test, new Dictionary<string, string>(), [], 0, 0, 0, []);
        var result = await notifier.SendAsync(new(clock.NewId(), $"push/0/{id:N}", new PushMethod(), message, clock.Now(), options.ExternalUrl), stop);
        await audit.AppendAsync(new(actor, "push.tested", $"account/{actor.Id}", result.Outcome == SendOutcome.Delivered ? AuditOutcome.Done : AuditOutcome.Failed), stop);
        return (result.Outcome == SendOutcome.Delivered, result.Outcome == SendOutcome.Delivered ? "The push service took it; the device shows it in a moment." : $"It did not go out: {result.Detail}.");
    }
}
