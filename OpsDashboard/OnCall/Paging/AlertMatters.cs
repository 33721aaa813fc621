using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.OnCall.Policies;
using OpsDashboard.Ui;

namespace OpsDashboard.OnCall.Paging;

/// <summary>Alerts that wake somebody together: those of one component under one policy, so that a storm pages once.</summary>
sealed record AlertMatter(string Id, string SystemId, string? ComponentId, EscalationPolicy Policy, IReadOnlyList<Alert> Alerts)
{
    public PagedMatter Paged => new(PagedMatter.AlertKind, Id, SystemId, Worst.Severity, Sentence, Alerts is [var only] ? Urls.Alert(only.Id) : Urls.Alerts) { PolicyId = Policy.Id };

    public string Sentence => Alerts.Count == 1 ? Worst.Summary : $"{Worst.Summary} and {Alerts.Count - 1} more";

    Alert Worst => Alerts[0];
}

/// <summary>
/// Which alerts wake somebody now. Follows the stored transitions from its own cursor, so that none is missed, and sorts what fires by system, component and
/// policy. One process at a time; not thread-safe.
/// </summary>
sealed class AlertMatters(AlertStore store, OnCallBook book, AlertHandling handling, NotificationOptions options)
{
    const int MostTransitions = 10_000;

    readonly Dictionary<Guid, Alert> firing = [];
    long? cursor;

    /// <summary>Forgets what was read: another process was at it meanwhile.</summary>
    public void Restart() => cursor = null;

    public async Task FollowAsync(CancellationToken stop)
    {
        if (cursor is null)
        {
            var from = await store.LastSequenceAsync(stop);
            firing.Clear();
            Take(await store.OpenAsync(DateTimeOffset.MaxValue, stop));
            cursor = from;
        }
        while (await store.TransitionsAfterAsync(cursor.Value, MostTransitions, stop) is { Count: > 0 } transitions)
        {
            var ids = transitions.Select(transition => transition.AlertId).Distinct().ToArray();
            foreach (var id in ids)
                firing.Remove(id);
            Take(await store.FindAsync(ids, stop));
            cursor = transitions[^1].Sequence;
        }
    }

    /// <summary>What is silenced, muted or explained by another alert wakes nobody.</summary>
    public IReadOnlyList<AlertMatter> Now(CatalogueSnapshot catalogue)
    {
        if (firing.Count == 0)
            return [];
        var choice = book.Choice;
        var muting = handling.Now(RoutingTable.Of(catalogue), firing.Values);
        var found = from alert in firing.Values
                    where alert.SystemId is not null
                    let policy = choice.Of(alert.SystemId!, alert.Labels)
                    where policy is not null && policy.Pages.All(matcher => matcher.Matches(alert.Labels)) && !muting.IsMuted(alert)
                    group alert by (alert.SystemId, alert.ComponentId, Policy: policy) into one
                    select new AlertMatter($"{one.Key.SystemId}/{one.Key.ComponentId}/{one.Key.Policy!.Id}", one.Key.SystemId!, one.Key.ComponentId, one.Key.Policy!, Sorted(one));
        return [.. found];
    }

    void Take(IEnumerable<Alert> alerts)
    {
        foreach (var alert in alerts.Where(alert => alert.State == AlertState.Firing))
            firing[alert.Id] = options.Leaving(alert);
    }

    static Alert[] Sorted(IEnumerable<Alert> alerts) => [.. alerts.OrderBy(alert => alert.Severity switch { "critical" => 0, "warning" => 1, _ => 2 }).ThenBy(alert => alert.FiredAt).ThenBy(alert => alert.Id)];
}
