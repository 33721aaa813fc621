using Microsoft.EntityFrameworkCore;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.OnCall.Roster;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall.Paging;

/// <summary>
/// Carries a page by one of the person's methods after the other, through the outbox of the notifications. What the dashboard itself shows goes along with
/// the first one: it wakes nobody, and counts where nothing else reached the person, so that the levels of who chose it keep their times.
/// </summary>
sealed class PageWays(OutboxWriter outbox)
{
    /// <summary>So long a method has before the next one is tried as well.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Takes a page on to the next method that can carry it.</summary>
    /// <param name="page">Its way is where it is tried first.</param>
    public async Task CarryAsync(OpsContext context, RoutingTable table, SentPage page, Message message, string systemId, DateTimeOffset now, CancellationToken stop)
    {
        if (table.Find(message.Receiver) is not { } receiver)
        {
            Fail(page, "is no longer in oncall.yml");
            return;
        }
        var methods = MethodIds.Of(receiver).ToArray();
        var wakes = methods.Where(one => one.Method is not InAppMethod).ToArray();
        if (page.Way == 0 && page.NotificationId is null)
        {
            foreach (var (id, _) in methods.Where(one => one.Method is InAppMethod))
                page.NotificationId = (await outbox.WriteAsync(context, table, message, systemId, true, now, stop, id))?.Id;
            if (wakes.Length == 0 && page.NotificationId is not null)
            {
                (page.State, page.DeliveredAt, page.Detail) = (PageState.Delivered, now, "shown in the dashboard");
                return;
            }
        }
        for (; page.Way < wakes.Length; page.Way++)
        {
            var (id, method) = wakes[page.Way];
            if (await outbox.WriteAsync(context, table, message, systemId, true, now, stop, id) is { } carrier)
            {
                (page.NotificationId, page.NextWayAt) = (carrier.Id, now + Patience);
                Say(page, $"{method.Kind} to {method.Destination}");
                return;
            }
            Say(page, $"{method.Kind}: no browser is subscribed");
        }
        if (wakes.Length < methods.Length)
        {
            (page.State, page.DeliveredAt, page.NextWayAt) = (PageState.Delivered, now, null);
            Say(page, "only shown in the dashboard");
            return;
        }
        Fail(page, wakes.Length == 0 ? "has no contact method" : "no further method");
    }

    /// <summary>Looks what came of a page that is on its way.</summary>
    /// <returns>Whether the next method is to be tried now.</returns>
    public static bool Follow(SentPage page, IReadOnlyCollection<Delivery> deliveries, DateTimeOffset now)
    {
        if (deliveries.FirstOrDefault(delivery => delivery.State == DeliveryState.Delivered) is { } arrived)
        {
            (page.State, page.DeliveredAt, page.NextWayAt) = (PageState.Delivered, arrived.DeliveredAt ?? now, null);
            return false;
        }
        var isOver = deliveries.All(delivery => delivery.State is DeliveryState.Failed or DeliveryState.Withdrawn);
        if (!isOver && page.NextWayAt > now)
            return false;
        Say(page, deliveries.Select(delivery => delivery.Result).OfType<string>().FirstOrDefault() is { } result ? $"not reached: {result}" : $"not reached within {Patience.TotalSeconds:0} s");
        page.Way++;
        return true;
    }

    static void Fail(SentPage page, string why)
    {
        (page.State, page.NextWayAt) = (PageState.Failed, null);
        Say(page, why);
    }

    static void Say(SentPage page, string what) => page.Detail = page.Detail.Length == 0 ? what : $"{page.Detail}; {what}";
}
