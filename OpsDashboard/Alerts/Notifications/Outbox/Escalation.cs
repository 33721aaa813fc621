using Microsoft.EntityFrameworkCore;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications.Outbox;

/// <summary>What did not arrive within a minute goes to the next receiver as well, once; the first goes on trying.</summary>
sealed class Escalation(OpsContextFactory contexts, Leases leases, ICatalogue catalogue, OutboxWriter outbox, TimeProvider clock)
{
    const int MostAtOnce = 200;

    /// <returns>How many notifications were written.</returns>
    /// <exception cref="LeaseLostException">Another process does it now; nothing was written.</exception>
    public async Task<int> RoundAsync(long fence, CancellationToken stop)
    {
        var now = clock.Now();
        await using (var reading = contexts.CreateDbContext())
        {
            if (!await reading.Set<Delivery>().AnyAsync(delivery => delivery.NextMethodAt <= now && delivery.State != DeliveryState.Delivered, stop))
                return 0;
        }
        var table = RoutingTable.Of(catalogue.Current);
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await using var transaction = await context.Database.BeginTransactionAsync(stop);
        await leases.DemandAsync(context, NotificationHost.Lease, fence, stop);
        var late = await context.Set<Delivery>().Where(delivery => delivery.NextMethodAt <= now && delivery.State != DeliveryState.Delivered).OrderBy(delivery => delivery.Id).Take(MostAtOnce).ToListAsync(stop);
        var ids = late.Select(delivery => delivery.NotificationId).Distinct().ToArray();
        var notifications = await context.Set<Notification>().AsNoTracking().Where(one => ids.Contains(one.Id)).ToListAsync(stop);
        var count = 0;
        foreach (var notification in notifications)
        {
            if (await PassOnAsync(context, table, notification, now, stop))
                count++;
        }
        // Once for the notification, however many of its methods are late.
        var siblings = await context.Set<Delivery>().Where(delivery => ids.Contains(delivery.NotificationId)).ToListAsync(stop);
        siblings.ForEach(delivery => delivery.NextMethodAt = null);
        await context.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return count;
    }

    async Task<bool> PassOnAsync(OpsContext context, RoutingTable table, Notification notification, DateTimeOffset now, CancellationToken stop)
    {
        if (!table.Receivers.TryGetValue(notification.Receiver, out var receiver) || receiver.Next is not { } next)
            return false;
        var message = Message.Read(notification.Payload);
        if (message.Told.Contains(next))
            return false;
        message = message with { Receiver = next, Reason = NotificationReason.Undelivered, Told = [.. message.Told, receiver.Name] };
        return await outbox.AddAsync(context, table, message, notification.SystemId, message.IsFiring, now, stop);
    }
}
