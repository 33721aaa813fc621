using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts.Notifications.PagerDuty;

/// <summary>
/// Takes back what people did in PagerDuty: who acknowledges an incident there has its alerts in hand here. Only alerts that fired before the event
/// count, so that an event that is sent twice, or late, changes nothing that came after it. Thread-safe.
/// </summary>
sealed class PagerDutyReplies(AlertBook book, ICatalogue catalogue, Acknowledgements acknowledgements, NotificationOptions options)
{
    /// <returns>What came of it, in a sentence.</returns>
    public async Task<string> TakeAsync(PagerDutyEvent reply, CancellationToken stop)
    {
        if (reply is not { Kind: "incident.acknowledged" or "incident.unacknowledged", Data.Key: { Length: > 0 } key })
            return $"{reply.Kind ?? "An event without a type"} changes nothing here";
        var actor = ActorOf(reply.Agent);
        var alerts = Find(key, reply.At ?? DateTimeOffset.MinValue);
        var mine = reply.Kind == "incident.unacknowledged";
        var ids = alerts.Where(alert => acknowledgements.Of(alert.Id) is var held && (mine ? held?.OwnerId.StartsWith(Prefix, StringComparison.Ordinal) == true : held is null)).Select(alert => alert.Id).ToArray();
        if (ids.Length == 0)
            return "No alert that it concerns is open and free";
        if (mine)
            return $"{await acknowledgements.ReleaseAsync(actor, ids, stop)} alerts let go";
        var outcome = await acknowledgements.AcknowledgeAsync(actor, ids, new(reply.Data.Number is { } number ? $"PagerDuty incident {number}" : "PagerDuty"), stop);
        return $"{outcome.Changed.Count} alerts acknowledged";
    }

    const string Prefix = "pagerduty/";

    // Not an account of ours: may take alerts in hand, and as a token never approves anything.
    static Actor ActorOf(PagerDutyReference? agent) =>
        new($"{Prefix}{agent?.Id ?? "service"}", $"{(agent?.Summary is { Length: > 0 } name ? name : "PagerDuty")} (PagerDuty)", ActorKind.Token, [new(Role.Responder, null)]);

    IEnumerable<Alert> Find(string key, DateTimeOffset at)
    {
        var table = RoutingTable.Of(catalogue.Current);
        return book.Current.Where(alert => alert.State == AlertState.Firing && alert.FiredAt <= at).Where(alert =>
        {
            var labels = options.Leaving(alert).Labels;
            return table.Match(labels).Any(route => table.Receivers[route.Receiver].Methods.Any(method => method is PagerDutyMethod) && PagerDutyNotifier.DedupKey(route.GroupKey(route.GroupOf(labels))) == key);
        });
    }
}
