using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notes;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Audit;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Alerts.Notifications;

namespace OpsDashboard.Tests.Alerts.Story;

/// <summary>What the page of an alert reads, over a database of the test's own.</summary>
sealed class StoryRoom : IAsyncDisposable
{
    public const string InApp = """
        route: { receiver: dashboard, group_by: [alertname], group_wait: 10s, group_interval: 1m, repeat_interval: 4h }
        receivers: [{ name: dashboard }, { name: quiet }]
        """;

    public const string Extras = "receivers: [{ name: dashboard, in_app: true }]";

    StoryRoom(NotificationRoom notifications)
    {
        Notifications = notifications;
        Notes = new(Query, Room.Database.Contexts, Room.Audit, Room.Bus, new NoReplicas(), Room.Clock);
    }

    public NotificationRoom Notifications { get; }
    public AlertNotes Notes { get; }
    public AlertRoom Room => Notifications.Alerts;
    public AlertQuery Query => new(Room.Book, Room.Store);
    public AlertEvents Events => new(Query, new AuditReader(Room.Database.Contexts), Room.Silences, Notes, Notifications.Log, AlertRoom.Options);
    public Episodes Episodes => new(Query, Room.Database.Contexts, Room.Clock);

    public static async Task<StoryRoom> OpenAsync(StorageProvider provider = StorageProvider.Sqlite) => new(await NotificationRoom.OpenAsync(InApp, Extras, provider));

    public async ValueTask DisposeAsync()
    {
        Notes.Dispose();
        await Notifications.DisposeAsync();
    }
}
