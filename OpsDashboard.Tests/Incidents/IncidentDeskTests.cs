using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts;
using OpsDashboard.Tests.Alerts.Handling;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class SqliteIncidentDeskTests() : IncidentDeskTests(StorageProvider.Sqlite);

public sealed class PostgresIncidentDeskTests() : IncidentDeskTests(StorageProvider.Postgres);

public abstract class IncidentDeskTests(StorageProvider provider) : IAsyncLifetime
{
    static readonly Actor Lead = new("lead", "Lead", ActorKind.Person, [new(Role.Commander, "shop")]);

    IncidentRoom room = null!;

    public async Task InitializeAsync() => room = await IncidentRoom.OpenAsync(provider);

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    Task<(Incident Incident, bool WasThere)> OpenAsync(Actor actor, string key = "k1") => room.Desk.OpenAsync(actor, new(key, "shop", Title: "Shop is down", Severity: IncidentSeverity.High), default);

    [Fact]
    public async Task Open_TheSamePressManyTimes_IsOne()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(AlertRoom.Ada)));
        Assert.Single(opened.Select(one => one.Incident.Id).Distinct());
        Assert.Equal(1, opened.Count(one => !one.WasThere));
        Assert.Equal(["incident.opened"], await room.Alerts.AuditedAsync());
    }

    [Fact]
    public async Task Open_FromAnAlertThatHasOne_NamesIt()
    {
        var alert = AnAlert.Of("Down");
        await room.Alerts.FireAsync(alert);
        var (first, _) = await room.Desk.OpenAsync(AlertRoom.Ada, new("k1", AlertId: alert.Id), default);
        Assert.Equal(("Shop: Down is wrong", IncidentSeverity.Critical, "ada"), (first.Title, first.Severity, first.OpenedByName));
        var there = await Assert.ThrowsAsync<IncidentExistsException>(() => room.Desk.OpenAsync(AlertRoom.Bob, new("k2", AlertId: alert.Id), default));
        Assert.Equal(first.Id, there.There.Id);
        Assert.Equal(first.Id, (await room.Desk.OfAlertAsync(AlertRoom.Viewer, alert.Id, default))!.Id);
        await room.Scribe.LookAsync(default);
        Assert.Single(await room.Store.ListAsync(new(), null, 10, default));
    }

    [Fact]
    public async Task Refused_IsWhoMayNot_AndNothingIsKept()
    {
        var (incident, _) = await OpenAsync(AlertRoom.Ada);
        var stranger = new Actor("eve", "Eve", ActorKind.Person, [new(Role.Admin, "other")]);
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Desk.NoteAsync(AlertRoom.Viewer, incident.Id, EntryKind.Note, "I only read", default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Desk.FindAsync(stranger, incident.Id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => room.Desk.NoteAsync(stranger, incident.Id, EntryKind.Note, "not mine", default));
        await Assert.ThrowsAsync<InvalidInputException>(() => OpenAsync(stranger, "k9"));
        await Assert.ThrowsAsync<AccessDeniedException>(() => OpenAsync(AlertRoom.Viewer, "k9"));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Desk.TakeAsync(AlertRoom.Ada with { Kind = ActorKind.Token }, incident.Id, IncidentRole.Commander, default));
        Assert.Equal(["incident.opened"], await room.Alerts.AuditedAsync());
    }

    [Fact]
    public async Task Command_BelongsToWhoLeads_AndToCommandersOfTheSystem()
    {
        var (incident, _) = await OpenAsync(AlertRoom.Ada);
        var denied = await Assert.ThrowsAsync<AccessDeniedException>(() => room.Desk.MoveAsync(AlertRoom.Ada, incident.Id, IncidentStatus.Mitigating, "now", default));
        Assert.Contains("take command first", denied.Message, StringComparison.Ordinal);
        await room.Desk.TakeAsync(AlertRoom.Ada, incident.Id, IncidentRole.Commander, default);
        Assert.Equal(IncidentStatus.Mitigating, (await room.Desk.MoveAsync(AlertRoom.Ada, incident.Id, IncidentStatus.Mitigating, "now", default)).Status);
        denied = await Assert.ThrowsAsync<AccessDeniedException>(() => room.Desk.MoveAsync(AlertRoom.Bob, incident.Id, IncidentStatus.Investigating, "no", default));
        Assert.Contains("ada commands INC-1", denied.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Desk.MoveAsync(Lead, incident.Id, IncidentStatus.Investigating, "  ", default));
        Assert.Equal(IncidentStatus.Investigating, (await room.Desk.MoveAsync(Lead, incident.Id, IncidentStatus.Investigating, "not there yet", default)).Status);
    }

    [Fact]
    public async Task Resolve_WhileAlertsFire_AsksSinceWhenNobodyIsHit()
    {
        var alert = AnAlert.Of("Down");
        await room.Alerts.FireAsync(alert);
        var (incident, _) = await room.Desk.OpenAsync(AlertRoom.Ada, new("k1", AlertId: alert.Id), default);
        room.Alerts.Clock.Advance(TimeSpan.FromMinutes(7));
        var asked = await Assert.ThrowsAsync<InvalidInputException>(() => room.Desk.ResolveAsync(Lead, incident.Id, "over", "", null, default));
        Assert.Equal("restoredAt", asked.Problems[0].Field);
        var resolved = await room.Desk.ResolveAsync(Lead, incident.Id, "over", "a bad deploy", room.Alerts.Clock.GetUtcNow().AddMinutes(-1), default);
        Assert.Equal(("a bad deploy", TimeSpan.FromMinutes(6)), (resolved.Resolution!.Cause, resolved.Clocks[0].Took(default)));
        Assert.Null(await room.Store.JoinableAsync("shop", default));
    }

    [Fact]
    public async Task TakingCommand_HasItsAlertsInHand_WhatSomebodyElseHasStaysWithHim()
    {
        var (down, slow) = (AnAlert.Of("Down"), AnAlert.Of("Slow") with { Id = Guid.NewGuid() });
        await room.Alerts.FireAsync(down, slow);
        var (incident, _) = await room.Desk.OpenAsync(AlertRoom.Ada, new("k1", AlertId: down.Id), default);
        await room.Desk.JoinAsync(AlertRoom.Ada, incident.Id, slow.Id, default);
        await room.Alerts.Acknowledgements.AcknowledgeAsync(AlertRoom.Bob, [slow.Id], new("mine"), default);
        await room.Desk.TakeAsync(AlertRoom.Ada, incident.Id, IncidentRole.Commander, default);
        Assert.Equal(("ada", "commands INC-1"), (room.Alerts.Acknowledgements.Of(down.Id)!.OwnerName, room.Alerts.Acknowledgements.Of(down.Id)!.Note));
        Assert.Equal("bob", room.Alerts.Acknowledgements.Of(slow.Id)!.OwnerName);
    }

    [Fact]
    public async Task Two_PressAtOnce_OneTakesCommand()
    {
        var (incident, _) = await OpenAsync(AlertRoom.Ada);
        var results = await Task.WhenAll(new[] { AlertRoom.Ada, AlertRoom.Bob }.Select(async actor =>
        {
            try
            {
                await room.Desk.TakeAsync(actor, incident.Id, IncidentRole.Commander, default);
                return true;
            }
            catch (IncidentStateException)
            {
                return false;
            }
        }));
        Assert.Equal(1, results.Count(took => took));
        Assert.Single((await room.OneAsync()).Roles);
    }

    [Fact]
    public async Task Notes_AtOnce_AreAllKept()
    {
        var (incident, _) = await OpenAsync(AlertRoom.Ada);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => room.Desk.NoteAsync(i % 2 == 0 ? AlertRoom.Ada : AlertRoom.Bob, incident.Id, EntryKind.Note, $"note {i}", default)));
        Assert.Equal(30, (await room.Desk.TimelineAsync(AlertRoom.Viewer, incident.Id, null, 100, default, [EntryKind.Note])).Count);
        Assert.Equal(15, (await room.Desk.TimelineAsync(AlertRoom.Viewer, incident.Id, null, 100, default, [EntryKind.Note], "bob")).Count);
    }

    [Fact]
    public async Task Merge_MovesAlerts_LaterEndsReachTheOther_AndItselfIsRefused()
    {
        var alert = AnAlert.Of("Down");
        await room.Alerts.FireAsync(alert);
        var (one, _) = await room.Desk.OpenAsync(Lead, new("k1", AlertId: alert.Id), default);
        var (two, _) = await OpenAsync(Lead, "k2");
        await Assert.ThrowsAsync<IncidentStateException>(() => room.Desk.MergeAsync(Lead, one.Id, one.Number, "same", default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Desk.MergeAsync(Lead, one.Id, 99, "same", default));
        await room.Desk.MergeAsync(Lead, one.Id, two.Number, "same cause", default);
        room.Alerts.Clock.Advance(TimeSpan.FromMinutes(1));
        await room.Alerts.ResolveAsync(alert);
        await room.Scribe.LookAsync(default);
        var absorbed = (await room.Store.FindAsync(two.Id, default))!;
        Assert.NotNull(absorbed.Alerts.Single().ResolvedAt);
        Assert.False((await room.Store.FindAsync(one.Id, default))!.IsOpen);
    }

    [Fact]
    public async Task Chat_Pasted_StandsAtItsTimes_AndWithoutTimesIsRefused()
    {
        var (incident, _) = await OpenAsync(AlertRoom.Ada);
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Desk.PasteAsync(AlertRoom.Ada, incident.Id, "just words", default));
        await room.Desk.PasteAsync(AlertRoom.Ada, incident.Id, "02:50 Cy: deployed\n02:55 Ana: <b>it is down</b>", default);
        Assert.Equal(["Cy: deployed", "Ana: <b>it is down</b>"], (await room.LinesAsync(incident)).Take(2));
    }
}
