using OpsDashboard.Alerts;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Story;

public sealed class EpisodesTests
{
    [Fact]
    public Task Past_SaysWhoHadItAndHowItEnded_OnSqlite() => TellAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Past_SaysWhoHadItAndHowItEnded_OnPostgres() => TellAsync(StorageProvider.Postgres);

    static async Task TellAsync(StorageProvider provider)
    {
        await using var story = await StoryRoom.OpenAsync(provider);
        var room = story.Room;
        await FireAsync(room, TimeSpan.FromMinutes(40));
        room.Clock.Advance(TimeSpan.FromDays(31));
        await FireAsync(room, TimeSpan.FromMinutes(10));
        var handled = await FireAsync(room, TimeSpan.FromMinutes(2), alert => room.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [alert.Id], new("restarted"), default));
        var noted = await FireAsync(room, TimeSpan.FromMinutes(4), alert => story.Notes.AddAsync(AlertRoom.Ada, alert.Id, "watched it", default));
        var now = Heap(room);
        await room.FireAsync(now, AnAlert.Of("Disk"));

        var past = await story.Episodes.ReadAsync(AlertRoom.Viewer, now, default);

        Assert.Equal([noted, handled], past.Episodes.Take(2).Select(episode => episode.Alert.Id));
        Assert.Equal([("", 1, false), ("restarted", 0, false), ("", 0, true)], past.Episodes.Select(episode => (episode.Acknowledgement?.Note ?? "", episode.Notes, episode.WentByItself)));
        Assert.Equal((3, 1, TimeSpan.FromMinutes(4)), (past.Over, past.WithoutAction, past.Usually));
    }

    static Alert Heap(AlertRoom room) => AnAlert.Of("Heap") with { Id = Guid.CreateVersion7(room.Clock.GetUtcNow()), ActiveAt = room.Clock.GetUtcNow(), FiredAt = room.Clock.GetUtcNow() };

    static async Task<Guid> FireAsync(AlertRoom room, TimeSpan length, Func<Alert, Task>? act = null)
    {
        var alert = Heap(room);
        await room.FireAsync(alert);
        if (act is not null)
            await act(alert);
        room.Clock.Advance(length);
        await room.ResolveAsync(alert);
        room.Clock.Advance(TimeSpan.FromHours(1));
        return alert.Id;
    }
}
