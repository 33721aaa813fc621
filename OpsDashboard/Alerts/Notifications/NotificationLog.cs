using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Live;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>A notification with what became of it.</summary>
public sealed record LoggedNotification(Notification Notification, Message Message, IReadOnlyList<LoggedDelivery> Deliveries);

public sealed record LoggedDelivery(Delivery Delivery, IReadOnlyList<Attempt> Attempts);

/// <summary>
/// The delivery log: what was sent to whom, how often it was tried, what came of it; sends again and tests. A notification about one system is for
/// those who may read its alerts, one about several for those who may read all. Thread-safe.
/// </summary>
public sealed class NotificationLog
{
    public const int MaxLimit = 500;

    readonly OpsContextFactory contexts;
    readonly ICatalogue catalogue;
    readonly OutboxWriter outbox;
    readonly IAuditLog audit;
    readonly LiveBus bus;
    readonly TimeProvider clock;

    internal NotificationLog(OpsContextFactory contexts, ICatalogue catalogue, OutboxWriter outbox, IAuditLog audit, LiveBus bus, TimeProvider clock) =>
        (this.contexts, this.catalogue, this.outbox, this.audit, this.bus, this.clock) = (contexts, catalogue, outbox, audit, bus, clock);

    /// <summary>The latest first.</summary>
    /// <param name="before">Continues behind this notification of an earlier answer.</param>
    /// <param name="receiver">Null: any.</param>
    /// <param name="state">Only those with a delivery in this state; null: any.</param>
    public async Task<IReadOnlyList<LoggedNotification>> ListAsync(Actor actor, Guid? before, int limit, CancellationToken stop, string? receiver = null, DeliveryState? state = null)
    {
        Demand(actor);
        await using var context = contexts.CreateDbContext();
        var rows = Readable(context, actor);
        if (receiver is not null)
            rows = rows.Where(one => one.Receiver == receiver);
        if (state is { } wanted)
            rows = rows.Where(one => context.Set<Delivery>().Any(delivery => delivery.NotificationId == one.Id && delivery.State == wanted));
        if (before is { } id && await context.Set<Notification>().Where(one => one.Id == id).Select(one => (DateTimeOffset?)one.CreatedAt).SingleOrDefaultAsync(stop) is { } created)
            rows = rows.Where(one => one.CreatedAt < created || (one.CreatedAt == created && one.Id.CompareTo(id) < 0));
        var found = await rows.OrderByDescending(one => one.CreatedAt).ThenByDescending(one => one.Id).Take(Math.Clamp(limit, 1, MaxLimit)).ToListAsync(stop);
        return await WithDeliveriesAsync(context, found, stop);
    }

    /// <summary>What the dashboard itself shows: notifications by the method in-app since an instant, the latest first.</summary>
    public async Task<IReadOnlyList<Notification>> ShownAsync(Actor actor, DateTimeOffset since, int limit, CancellationToken stop)
    {
        Demand(actor);
        await using var context = contexts.CreateDbContext();
        return await Readable(context, actor)
            .Where(one => one.CreatedAt > since && context.Set<Delivery>().Any(delivery => delivery.NotificationId == one.Id && delivery.Method.StartsWith("in-app/")))
            .OrderByDescending(one => one.CreatedAt).Take(Math.Clamp(limit, 1, MaxLimit)).ToListAsync(stop);
    }

    /// <summary>The notifications that tell of an alert, the oldest first; those that left it out because of their length are not among them.</summary>
    public async Task<IReadOnlyList<LoggedNotification>> OfAlertAsync(Actor actor, Alert alert, CancellationToken stop)
    {
        Demand(actor);
        var (from, id) = (alert.FiredAt ?? alert.ActiveAt, alert.Id.ToString());
        await using var context = contexts.CreateDbContext();
        var rows = Readable(context, actor).Where(one => one.CreatedAt >= from && (one.SystemId == alert.SystemId || one.SystemId == null) && one.Payload.Contains(id));
        return await WithDeliveriesAsync(context, await rows.OrderBy(one => one.CreatedAt).ThenBy(one => one.Id).Take(MaxLimit).ToListAsync(stop), stop);
    }

    /// <exception cref="NotFoundException">There is none, or not for this actor.</exception>
    public async Task<LoggedNotification> FindAsync(Actor actor, Guid id, CancellationToken stop)
    {
        Demand(actor);
        await using var context = contexts.CreateDbContext();
        var found = await Readable(context, actor).FirstOrDefaultAsync(one => one.Id == id, stop) ?? throw new NotFoundException($"notification {id}");
        return (await WithDeliveriesAsync(context, [found], stop))[0];
    }

    /// <summary>Sends a notification again, word for word, as a new one.</summary>
    /// <param name="method">Null: by all methods of its receiver.</param>
    /// <exception cref="NotFoundException" />
    /// <exception cref="AccessDeniedException" />
    public async Task<Guid> SendAgainAsync(Actor actor, Guid id, string? method, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.SendNotifications))
            actor.Demand(Permission.SendNotifications);
        var before = await FindAsync(actor, id, stop);
        actor.Demand(Permission.SendNotifications, before.Notification.SystemId);
        var message = before.Message with { Reason = NotificationReason.Again };
        return await WriteAsync(new(actor, "notification.sent_again", $"notification/{id}", Particulars: new Dictionary<string, object?> { ["receiver"] = message.Receiver, ["method"] = method }), message, before.Notification.SystemId, method, stop);
    }

    /// <summary>Sends a test to a receiver.</summary>
    /// <param name="method">Null: by all its methods.</param>
    /// <exception cref="NotFoundException" />
    /// <exception cref="AccessDeniedException">A receiver belongs to all systems.</exception>
    public Task<Guid> TestAsync(Actor actor, string receiver, string? method, CancellationToken stop)
    {
        actor.Demand(Permission.SendNotifications);
        var now = clock.Now();
        var labels = new Dictionary<string, string> { ["alertname"] = "Test", ["severity"] = "info" };
        var summary = $"This is a test of {receiver}, sent by {actor.Name}. Nothing is wrong.";
        var alert = new MessageAlert(clock.NewId(), "Test", "info", true, summary, labels, new Dictionary<string, string> { ["summary"] = summary }, now, null, "", new('0', 16), null);
        var message = new Message(receiver, "", NotificationReason.Test, labels, [alert], 1, 0, 0, []);
        return WriteAsync(new(actor, "receiver.tested", $"receiver/{receiver}", Particulars: new Dictionary<string, object?> { ["method"] = method }), message, null, method, stop);
    }

    async Task<Guid> WriteAsync(AuditRecord record, Message message, string? systemId, string? method, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var table = RoutingTable.Of(catalogue.Current);
        // Somebody watches this one arrive or not: it goes to nobody else.
        message = message with { Told = [.. table.Receivers.Keys] };
        if (!await outbox.AddAsync(context, table, message, systemId, isForAll: true, clock.Now(), stop, method))
            throw new NotFoundException($"method {method ?? ""} of a receiver {message.Receiver}");
        var id = context.ChangeTracker.Entries<Notification>().Single().Entity.Id;
        await audit.CommitAsync(context, record, stop);
        bus.Publish(new NotificationsChanged());
        return id;
    }

    static async Task<IReadOnlyList<LoggedNotification>> WithDeliveriesAsync(OpsContext context, IReadOnlyList<Notification> notifications, CancellationToken stop)
    {
        var ids = notifications.Select(one => one.Id).ToArray();
        var deliveries = (await context.Set<Delivery>().AsNoTracking().Where(delivery => ids.Contains(delivery.NotificationId)).ToListAsync(stop)).ToLookup(delivery => delivery.NotificationId);
        return [.. notifications.Select(one => new LoggedNotification(one, Message.Read(one.Payload), [.. deliveries[one.Id].OrderBy(delivery => delivery.Method, StringComparer.Ordinal)
            .Select(delivery => new LoggedDelivery(delivery, JsonSerializer.Deserialize<List<Attempt>>(delivery.History, Json.Options)!))]))];
    }

    static IQueryable<Notification> Readable(OpsContext context, Actor actor)
    {
        var rows = context.Set<Notification>().AsNoTracking();
        if (actor.May(Permission.ReadAlerts))
            return rows;
        var systems = actor.Grants.Select(grant => grant.SystemId).OfType<string>().Where(system => actor.May(Permission.ReadAlerts, system)).Distinct().ToArray();
        return rows.Where(one => one.SystemId != null && systems.Contains(one.SystemId));
    }

    static void Demand(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadAlerts))
            actor.Demand(Permission.ReadAlerts);
    }
}
