using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications.WebPush;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications.Outbox;

/// <summary>Writes notifications and their deliveries into a transaction of the caller's. Thread-safe.</summary>
sealed class OutboxWriter(TimeProvider clock)
{
    /// <summary>What has not arrived after this long goes to the next receiver as well.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="isForAll">Also by methods that tell of no ends.</param>
    /// <param name="onlyMethod">Null: by all methods of the receiver.</param>
    /// <returns>Whether there was a method to send it by.</returns>
    public async Task<bool> AddAsync(OpsContext context, RoutingTable table, Message message, string? systemId, bool isForAll, DateTimeOffset now, CancellationToken stop, string? onlyMethod = null) =>
        await WriteAsync(context, table, message, systemId, isForAll, now, stop, onlyMethod) is not null;

    /// <returns>What was written; null where there was no method to send it by.</returns>
    public async Task<Notification?> WriteAsync(OpsContext context, RoutingTable table, Message message, string? systemId, bool isForAll, DateTimeOffset now, CancellationToken stop, string? onlyMethod = null)
    {
        if (table.Find(message.Receiver) is not { } receiver)
            return null;
        var notification = new Notification
        {
            Id = clock.NewId(),
            Receiver = receiver.Name,
            GroupKey = message.GroupKey,
            Reason = message.Reason,
            IsFiring = message.IsFiring,
            SystemId = systemId,
            Title = message.Title,
            Payload = message.Write(),
            CreatedAt = now,
        };
        var ways = new List<(string Method, string Destination, bool IsInApp)>();
        foreach (var (id, method) in MethodIds.Of(receiver))
        {
            if (onlyMethod is not null && onlyMethod != id && !onlyMethod.StartsWith(id + "/", StringComparison.Ordinal))
                continue;
            if (!isForAll && !method.SendsResolved)
                continue;
            if (method is PushMethod push)
                ways.AddRange(await SubscriptionsAsync(context, id, push.Account, systemId, stop));
            else
                ways.Add((id, method.Destination, method is InAppMethod));
        }
        if (ways.Count == 0)
            return null;
        context.Add(notification);
        var next = receiver.Next is { } name && !message.Told.Contains(name) ? now + Patience : (DateTimeOffset?)null;
        context.AddRange(ways.Select(way => Delivery(notification, way.Method, way.Destination, way.IsInApp, way.IsInApp ? null : next)));
        return notification;
    }

    Delivery Delivery(Notification notification, string method, string destination, bool isInApp, DateTimeOffset? next) => new()
    {
        Id = clock.NewId(),
        NotificationId = notification.Id,
        Receiver = notification.Receiver,
        Method = method,
        Destination = destination,
        Queue = GroupNews.KeyOf(notification.GroupKey.Length > 0 ? notification.GroupKey : $"{notification.Id}", $"{notification.Receiver}/{method}"),
        // The pages read the notification itself: with the commit it has arrived.
        State = isInApp ? DeliveryState.Delivered : DeliveryState.Waiting,
        Attempts = isInApp ? 1 : 0,
        Result = isInApp ? "shown" : null,
        CreatedAt = notification.CreatedAt,
        NextAttemptAt = notification.CreatedAt,
        DeliveredAt = isInApp ? notification.CreatedAt : null,
        NextMethodAt = next,
    };

    // Whoever may handle the system is woken; who may only read it looks by day.
    static async Task<IEnumerable<(string, string, bool)>> SubscriptionsAsync(OpsContext context, string id, string? only, string? systemId, CancellationToken stop)
    {
        var key = only is null ? null : Account.KeyOf(only);
        var accounts = await context.Set<Account>().AsNoTracking().Where(account => !account.IsDisabled && (key == null || account.EmailKey == key)).ToListAsync(stop);
        var awake = accounts.Where(account => new Actor($"{account.Id}", account.Name, ActorKind.Person, account.Grants).May(Permission.AcknowledgeAlerts, systemId)).ToDictionary(account => account.Id, account => account.Name);
        var subscriptions = await context.Set<PushSubscription>().AsNoTracking().ToListAsync(stop);
        return subscriptions.Where(one => awake.ContainsKey(one.AccountId)).Select(one => ($"{id}/{one.Id:N}", $"{awake[one.AccountId]}, {one.Device}", false));
    }
}

/// <summary>Names of a receiver's methods that stay the same while its file keeps their order.</summary>
static class MethodIds
{
    public static IEnumerable<(string Id, Method Method)> Of(Receiver receiver)
    {
        var count = new Dictionary<string, int>();
        foreach (var method in receiver.Methods)
        {
            var index = count.GetValueOrDefault(method.Kind);
            count[method.Kind] = index + 1;
            yield return ($"{method.Kind}/{index}", method);
        }
    }

    /// <summary>The method, or null where it is no longer configured.</summary>
    public static Method? Find(RoutingTable table, string receiver, string id) => table.Find(receiver) is { } found
        ? Of(found).FirstOrDefault(one => one.Id == id || id.StartsWith(one.Id + "/", StringComparison.Ordinal)).Method
        : null;
}
