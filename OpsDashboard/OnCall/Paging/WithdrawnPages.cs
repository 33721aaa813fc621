using Microsoft.EntityFrameworkCore;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Paging;

/// <summary>Takes back what has not arrived yet, within a transaction of the caller's.</summary>
static class WithdrawnPages
{
    public static string GroupOf(Guid callId, string personId) => $"page:{callId:N}/{personId}";

    public static async Task AddAsync(OpsContext context, Guid callId, string why, CancellationToken stop)
    {
        var open = await context.Set<SentPage>().Where(page => page.CallId == callId && page.State == PageState.OnItsWay).ToListAsync(stop);
        var group = GroupOf(callId, "");
        // By one statement: what arrives at this moment stays delivered.
        await context.Set<Delivery>()
            .Where(delivery => (delivery.State == DeliveryState.Waiting || delivery.State == DeliveryState.Sending)
                && context.Set<Notification>().Any(carrier => carrier.Id == delivery.NotificationId && carrier.GroupKey.StartsWith(group)))
            .ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.State, DeliveryState.Withdrawn).SetProperty(delivery => delivery.Result, $"withdrawn: {why}"), stop);
        foreach (var page in open)
        {
            var arrived = await context.Set<Delivery>().AsNoTracking().Where(delivery => delivery.NotificationId == page.NotificationId && delivery.State == DeliveryState.Delivered).FirstOrDefaultAsync(stop);
            if (arrived is not null)
                (page.State, page.DeliveredAt) = (PageState.Delivered, arrived.DeliveredAt);
            else
                (page.State, page.Detail) = (PageState.Withdrawn, $"{page.Detail}; withdrawn: {why}");
        }
    }
}
