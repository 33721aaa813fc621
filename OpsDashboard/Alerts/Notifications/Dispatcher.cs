using Microsoft.EntityFrameworkCore;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>
/// Decides who is told what: reads stored transitions, sorts alerts into groups, and writes what is new for a receiver into the outbox, together with
/// the record that it was told, in one transaction. What was decided once is never decided again, whoever decides after a crash. One process at a time;
/// not thread-safe.
/// </summary>
sealed class Dispatcher(AlertStore alerts, OpsContextFactory contexts, Leases leases, ICatalogue catalogue, OutboxWriter outbox, AlertHandling handling, NotificationOptions options, TimeProvider clock)
{
    const int MostTransitions = 10_000;

    /// <summary>Ends of alerts that nobody was there to tell are told after a pause of at most this long.</summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    readonly AlertGroups groups = new();
    long? cursor;
    long fence;

    public AlertGroups Groups => groups;

    /// <summary>One look at what happened and what is due.</summary>
    /// <returns>How many notifications were written.</returns>
    /// <exception cref="LeaseLostException">Another process decides now; nothing was written.</exception>
    public async Task<int> RoundAsync(long lease, CancellationToken stop)
    {
        if (lease != fence)
            (cursor, fence) = (null, lease);
        var now = clock.Now();
        groups.Reroute(RoutingTable.Of(catalogue.Current), now);
        if (cursor is null)
            await BeginAsync(now, stop);
        else
            await FollowAsync(now, stop);
        var due = groups.Due(now);
        return due.Count == 0 ? 0 : await TellAsync(due, now, stop);
    }

    async Task BeginAsync(DateTimeOffset now, CancellationToken stop)
    {
        groups.Clear();
        var from = await alerts.LastSequenceAsync(stop);
        groups.Take((await alerts.OpenAsync(now - LongestPause, stop)).Select(options.Leaving), now);
        await using var context = contexts.CreateDbContext();
        foreach (var record in await context.Set<SentRecord>().AsNoTracking().Select(record => new { record.GroupKey, record.SentAt }).ToListAsync(stop))
            groups.Remember(record.GroupKey, record.SentAt, now);
        cursor = from;
    }

    async Task FollowAsync(DateTimeOffset now, CancellationToken stop)
    {
        while (await alerts.TransitionsAfterAsync(cursor!.Value, MostTransitions, stop) is { Count: > 0 } transitions)
        {
            groups.Take((await alerts.FindAsync([.. transitions.Select(transition => transition.AlertId).Distinct()], stop)).Select(options.Leaving), now);
            cursor = transitions[^1].Sequence;
            if (transitions.Count < MostTransitions)
                return;
        }
    }

    async Task<int> TellAsync(IReadOnlyList<AlertGroup> due, DateTimeOffset now, CancellationToken stop)
    {
        var table = groups.Table;
        var muting = handling.Now(table, groups.Alerts);
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await using var transaction = await context.Database.BeginTransactionAsync(stop);
        await leases.DemandAsync(context, NotificationHost.Lease, fence, stop);
        var keys = due.Select(group => GroupNews.KeyOf(group.Key, group.Route.Receiver)).Distinct().ToArray();
        var told = await context.Set<SentRecord>().Where(record => keys.Contains(record.Key)).ToDictionaryAsync(record => record.Key, stop);
        var looked = due.Where(group => !table.IsMuted(group.Route, now)).ToArray();
        var count = 0;
        foreach (var group in looked)
        {
            var key = GroupNews.KeyOf(group.Key, group.Route.Receiver);
            if (GroupNews.Of(group, told.GetValueOrDefault(key), now, muting.IsMuted, muting.IsHandled) is not { } news)
                continue;
            count += await WriteAsync(context, table, group, news, now, stop);
            told[key] = Remember(context, key, told.GetValueOrDefault(key), group, news, now);
        }
        if (count > 0 || told.Count > 0)
            await context.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        // Only what is committed is forgotten here.
        foreach (var group in due)
        {
            if (looked.Contains(group))
                groups.Told(group, now);
            else
                group.DueAt = now + group.Route.GroupInterval;
        }
        return count;
    }

    async Task<int> WriteAsync(OpsContext context, RoutingTable table, AlertGroup group, GroupNews news, DateTimeOffset now, CancellationToken stop)
    {
        var labels = group.Labels.ToDictionary(label => label.Name, label => label.Value);
        var message = Message.Of(group.Route.Receiver, group.Key, news.Reason, labels, news.Alerts);
        var systems = news.Alerts.Select(alert => alert.SystemId).Distinct().ToArray();
        return await outbox.AddAsync(context, table, message, systems is [var only] ? only : null, news.IsForAll, now, stop) ? 1 : 0;
    }

    static SentRecord Remember(OpsContext context, string key, SentRecord? before, AlertGroup group, GroupNews news, DateTimeOffset now)
    {
        if (before is null)
            context.Add(before = new() { Key = key, GroupKey = group.Key, Receiver = group.Route.Receiver, Firing = [], SentAt = now });
        (before.Firing, before.SentAt) = (SentRecord.Write(news.Firing), now);
        return before;
    }
}
