using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Story;

public sealed class AlertEventsTests
{
    [Fact]
    public Task Events_AreOneList_OldestFirst_OnSqlite() => TellAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Events_AreOneList_OldestFirst_OnPostgres() => TellAsync(StorageProvider.Postgres);

    static async Task TellAsync(StorageProvider provider)
    {
        await using var story = await StoryRoom.OpenAsync(provider);
        var room = story.Room;
        await story.Notifications.RoundAsync();
        var (alert, other) = (AnAlert.Of("Heap"), AnAlert.Of("Disk"));
        await room.FireAsync(alert, other);
        await story.Notifications.AdvanceAsync(TimeSpan.FromSeconds(10));
        room.Clock.Advance(TimeSpan.FromSeconds(5));
        await room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id, other.Id], new("both of them", TimeSpan.FromMinutes(1)), default);
        room.Clock.Advance(TimeSpan.FromSeconds(5));
        await story.Notes.AddAsync(AlertRoom.Ada, alert.Id, "looks like a leak", default);
        room.Clock.Advance(TimeSpan.FromMinutes(1));
        await room.Acknowledgements.ExpireAsync(default);
        await room.Silences.CreateAsync(AlertRoom.Bob, new(["alertname=\"Heap\"", "system=\"shop\""], null, room.Clock.GetUtcNow().AddHours(1), "deploying"), default);
        room.Clock.Advance(TimeSpan.FromSeconds(5));
        await room.ResolveAsync(alert);

        var events = await story.Events.ReadAsync(AlertRoom.Viewer, room.Book.Find(alert.Id)!, default);

        Assert.Equal(
            [AlertEventKind.Fired, AlertEventKind.Told, AlertEventKind.Acknowledged, AlertEventKind.Noted, AlertEventKind.Released, AlertEventKind.Silenced, AlertEventKind.Resolved],
            events.Select(one => one.Kind));
        Assert.Equal(events.Select(one => one.At).Order(), events.Select(one => one.At));
        Assert.Equal(("ada", "has it in hand: both of them"), (events[2].By, events[2].Text));
        Assert.DoesNotContain(await story.Events.ReadAsync(AlertRoom.Viewer, room.Book.Find(other.Id)!, default), one => one.Kind is AlertEventKind.Noted or AlertEventKind.Silenced);
    }

    [Fact]
    public async Task Events_OfAForeignAlert_AreNotThere()
    {
        await using var story = await StoryRoom.OpenAsync();
        var alert = AnAlert.Of("Heap", "game");
        await story.Room.FireAsync(alert);
        await Assert.ThrowsAsync<NotFoundException>(() => story.Events.ReadAsync(AlertRoom.Ada, alert, default));
        Assert.Empty((await story.Episodes.ReadAsync(AlertRoom.Ada, alert, default)).Episodes);
    }
}
