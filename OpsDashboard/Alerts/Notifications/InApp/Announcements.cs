using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Lists;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Notifications.InApp;

/// <summary>Something to say to who looks at the dashboard now.</summary>
/// <param name="Url">Where it leads.</param>
/// <param name="IsUrgent">Worth a sound.</param>
public sealed record Announcement(string Title, string Body, string Url, bool IsFiring, bool IsUrgent);

/// <summary>
/// What one open page says of alerts: what begins to fire at once, as far as routing names the method in-app, and what notifications tell besides.
/// The wait of a group is for those who are not looking. Not thread-safe; one for each page.
/// </summary>
public sealed class Announcements(HandledAlerts alerts, NotificationLog log, ICatalogue catalogue, TimeProvider clock)
{
    /// <summary>So many toasts at once; more are one toast that counts them.</summary>
    const int Most = 3;

    static readonly TimeSpan Listed = TimeSpan.FromHours(24);
    const int MostListed = 15;

    readonly HashSet<Guid> said = [];
    IReadOnlyList<HandledAlert> atFirst = [];
    DateTimeOffset? seenUntil;

    /// <summary>The latest notifications, for the list.</summary>
    public IReadOnlyList<Notification> Latest { get; private set; } = [];

    /// <summary>What is new since the last call; the first call only begins.</summary>
    public async Task<IReadOnlyList<Announcement>> NextAsync(Actor actor, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var all = alerts.Current(actor);
        Latest = await log.ShownAsync(actor, now - Listed, MostListed, stop);
        if (seenUntil is not { } seen)
        {
            // Most pages are drawn once before anything new happens: only the second call needs to know each.
            atFirst = all;
            seenUntil = Latest.Count > 0 ? Latest[0].CreatedAt : now - Listed;
            return [];
        }
        said.UnionWith(atFirst.Where(AlertList.NeedsAPerson).Select(one => one.Alert.Id));
        atFirst = [];
        var table = RoutingTable.Of(catalogue.Current);
        var began = all.Where(AlertList.NeedsAPerson).Select(one => one.Alert).Where(alert => said.Add(alert.Id) && IsShown(table, alert, now)).ToArray();
        var told = Latest.Where(one => one.CreatedAt > seen && !IsSaid(one)).Reverse().Select(Of).ToArray();
        if (Latest.Count > 0 && Latest[0].CreatedAt > seen)
            seenUntil = Latest[0].CreatedAt;
        return [.. Of(began), .. told.TakeLast(Most)];
    }

    static IEnumerable<Announcement> Of(IReadOnlyList<Alert> began)
    {
        if (began.Count <= Most)
            return began.Select(alert => new Announcement($"{alert.Severity.ToUpperInvariant()}: {alert.Summary}", string.Join(" · ", new[] { alert.SystemId, alert.ComponentId, alert.Name }.OfType<string>()), Urls.Alert(alert.Id), true, alert.Severity == "critical"));
        var worst = began.FirstOrDefault(alert => alert.Severity == "critical") ?? began[0];
        return [new($"{began.Count:N0} alerts begin to fire", worst.Summary, Urls.Alerts, true, worst.Severity == "critical")];
    }

    static Announcement Of(Notification one)
    {
        var message = Message.Read(one.Payload);
        var url = message.Url ?? (message.Alerts is not [var only] ? Urls.Alerts : one.Reason == NotificationReason.Notice ? only.GeneratorUrl : Urls.Alert(only.Id));
        return new(one.Title, one.Reason switch { NotificationReason.Page => "Somebody on call is woken.", NotificationReason.Repeat => "It still fires.", NotificationReason.Undelivered => "Another receiver was not reached.", _ => "" }, url, one.IsFiring, one.IsFiring && message.Severity == "critical");
    }

    // The beginning of an alert is said by the alert itself, seconds earlier.
    bool IsSaid(Notification one) => one.Reason == NotificationReason.Firing && Message.Read(one.Payload).Alerts.Where(alert => alert.IsFiring).All(alert => said.Contains(alert.Id));

    static bool IsShown(RoutingTable table, Alert alert, DateTimeOffset now) =>
        table.Root.Match(alert.Labels).Any(route => !table.IsMuted(route, now) && table.Receivers.TryGetValue(route.Receiver, out var receiver) && receiver.Methods.Any(method => method is InAppMethod));
}
