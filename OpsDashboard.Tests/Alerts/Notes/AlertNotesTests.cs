using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notes;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Notes;

public sealed class AlertNotesTests
{
    static AlertNotes Over(AlertRoom room) => new(new(room.Book, room.Store), room.Database.Contexts, room.Audit, room.Bus, new NoReplicas(), room.Clock);

    [Fact]
    public Task Note_IsKeptAndAudited_OnSqlite() => KeepAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Note_IsKeptAndAudited_OnPostgres() => KeepAsync(StorageProvider.Postgres);

    static async Task KeepAsync(StorageProvider provider)
    {
        await using var room = await AlertRoom.OpenAsync(provider);
        using var notes = Over(room);
        var alert = AnAlert.Of("Heap");
        await room.FireAsync(alert);

        await notes.AddAsync(AlertRoom.Ada, alert.Id, "  restarted it\r\nno help ", default);
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        await notes.AddAsync(AlertRoom.Bob, alert.Id, "<b>me too</b>", default);

        var read = await notes.OfAsync(AlertRoom.Viewer, alert.Id, default);
        Assert.Equal([("ada", "restarted it\nno help"), ("bob", "<b>me too</b>")], read.Select(note => (note.AuthorName, note.Text)));
        Assert.Equal(["alert.noted", "alert.noted"], await room.AuditedAsync());
    }

    [Fact]
    public async Task Note_Refused_KeepsNothing()
    {
        await using var room = await AlertRoom.OpenAsync();
        using var notes = Over(room);
        var (alert, foreign) = (AnAlert.Of("Heap"), AnAlert.Of("Heap", "game"));
        await room.FireAsync(alert, foreign);

        await Assert.ThrowsAsync<InvalidInputException>(() => notes.AddAsync(AlertRoom.Ada, alert.Id, " \n ", default));
        await Assert.ThrowsAsync<InvalidInputException>(() => notes.AddAsync(AlertRoom.Ada, alert.Id, new('x', AlertNote.MaxText + 1), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => notes.AddAsync(AlertRoom.Viewer, alert.Id, "I only read", default));
        await Assert.ThrowsAsync<NotFoundException>(() => notes.AddAsync(AlertRoom.Ada, foreign.Id, "not mine", default));
        await Assert.ThrowsAsync<NotFoundException>(() => notes.OfAsync(AlertRoom.Ada, foreign.Id, default));
        Assert.Empty(await room.AuditedAsync());
    }
}
