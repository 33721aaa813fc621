using Microsoft.EntityFrameworkCore;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Metrics;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>Something that is to be told and is no alert.</summary>
/// <param name="Key">What was sent with it once is not sent again.</param>
/// <param name="Name">Who says so, in few words.</param>
/// <param name="Url">The page that tells more, relative.</param>
/// <param name="Receiver">Null: whoever is told of the system's alerts of the notice's severity.</param>
public sealed record Notice(string Key, string SystemId, string Name, string Text, string Url, string? Receiver)
{
    public string Severity { get; init; } = "info";

    /// <summary>By which routing may tell it from others.</summary>
    public string AlertName { get; init; } = "RunbookNotice";
    public string? ComponentId { get; init; }

    /// <summary>What is told word for word; null: <see cref="Text"/>.</summary>
    public Letter? Letter { get; init; }
}

/// <summary>Tells people what a feature above has to say, by the receivers and the outbox of alerts. Thread-safe.</summary>
public sealed class NoticeSender
{
    readonly ICatalogue catalogue;
    readonly OpsContextFactory contexts;
    readonly OutboxWriter outbox;
    readonly LiveBus bus;
    readonly TimeProvider clock;

    internal NoticeSender(ICatalogue catalogue, OpsContextFactory contexts, OutboxWriter outbox, LiveBus bus, TimeProvider clock) =>
        (this.catalogue, this.contexts, this.outbox, this.bus, this.clock) = (catalogue, contexts, outbox, bus, clock);

    /// <returns>The receivers to which it is on its way; empty where there is none.</returns>
    public async Task<IReadOnlyList<string>> SendAsync(Notice notice, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var told = await AddAsync(context, notice, stop);
        if (told.Count == 0)
            return told;
        await context.SaveChangesAsync(stop);
        Wake();
        return told;
    }

    /// <summary>Writes it into a transaction of the caller's, who calls <see cref="Wake"/> after the commit.</summary>
    /// <returns>The receivers to which it will be on its way; empty where there is none.</returns>
    internal async Task<IReadOnlyList<string>> AddAsync(OpsContext context, Notice notice, CancellationToken stop)
    {
        var table = RoutingTable.Of(catalogue.Current);
        var labels = new Dictionary<string, string> { ["alertname"] = notice.AlertName, ["severity"] = notice.Severity, ["system"] = notice.SystemId };
        if (notice.ComponentId is { } component)
            labels["component"] = component;
        var receivers = notice.Receiver is { } named ? [named] : table.Match(Labels.From(labels.Select(pair => new Label(pair.Key, pair.Value)))).Select(route => route.Receiver).Distinct().ToArray();
        var now = clock.Now();
        var annotations = new Dictionary<string, string> { ["summary"] = notice.Text };
        if (notice.Letter is { } letter)
            annotations["description"] = letter.Body;
        var alert = new MessageAlert(clock.NewId(), notice.Name, notice.Severity, true, $"{notice.Name}: {notice.Text}", labels, annotations, now, null, notice.Url, new('0', 16), null);
        var told = new List<string>();
        foreach (var receiver in receivers)
        {
            var message = new Message(receiver, GroupKey(notice.Key), NotificationReason.Notice, labels, [alert], 1, 0, 0, []) { Url = notice.Url, Letter = notice.Letter };
            if (await outbox.AddAsync(context, table, message, notice.SystemId, isForAll: true, now, stop))
                told.Add(receiver);
        }
        return told;
    }

    /// <summary>What was added is sent, and pages show it.</summary>
    internal void Wake() => bus.Publish(new NotificationsChanged());

    /// <summary>The receivers to which it was sent; empty: it was not.</summary>
    public async Task<IReadOnlyList<string>> SentToAsync(string key, CancellationToken stop)
    {
        var group = GroupKey(key);
        await using var context = contexts.CreateDbContext();
        return await context.Set<Notification>().Where(notification => notification.GroupKey == group).Select(notification => notification.Receiver).Distinct().ToListAsync(stop);
    }

    public async Task<bool> WasSentAsync(string key, CancellationToken stop)
    {
        var group = GroupKey(key);
        await using var context = contexts.CreateDbContext();
        return await context.Set<Notification>().AnyAsync(notification => notification.GroupKey == group, stop);
    }

    internal static string GroupKey(string key) => $"notice:{key}";
}
