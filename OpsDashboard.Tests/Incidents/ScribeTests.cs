using OpsDashboard.Alerts;
using OpsDashboard.Incidents;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class SqliteScribeTests() : ScribeTests(StorageProvider.Sqlite);

public sealed class PostgresScribeTests() : ScribeTests(StorageProvider.Postgres);

public abstract class ScribeTests(StorageProvider provider) : IAsyncLifetime
{
    IncidentRoom room = null!;

    public async Task InitializeAsync() => room = await IncidentRoom.OpenAsync(provider);

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    static Alert Alert(string name, string severity = "critical") => AnAlert.Of(name, component: "api", severity: severity) with { Id = Guid.NewGuid() };

    [Fact]
    public async Task CriticalAlert_OpensAnIncident_LaterOnesJoin_TheirEndRestores()
    {
        var (down, slow, warm, info) = (Alert("Down"), Alert("Slow"), Alert("Warm", "warning"), Alert("Told", "info"));
        await room.Alerts.FireAsync(down);
        await room.Scribe.LookAsync(default);
        var incident = await room.OneAsync();
        Assert.Equal(("INC-1", "Shop: Down is wrong", IncidentSeverity.Critical, "outage"), (incident.Name, incident.Title, incident.Severity, incident.Template));

        await room.Alerts.FireAsync(slow, warm, info);
        await room.Scribe.LookAsync(default);
        Assert.Equal(["Down", "Slow", "Warm"], (await room.OneAsync()).Alerts.Select(alert => alert.Name).Order());
        room.Alerts.Clock.Advance(TimeSpan.FromMinutes(4));
        await room.Alerts.ResolveAsync(down, slow);
        await room.Scribe.LookAsync(default);
        incident = await room.OneAsync();
        Assert.Equal(FakeTimeProvider.DefaultStart.AddMinutes(4), incident.RestoredAt);
        Assert.Contains("Down no longer fires", await room.LinesAsync(incident));
        Assert.Equal(["incident.opened"], await room.Alerts.AuditedAsync());
    }

    [Fact]
    public async Task WarningAlone_OpensNothing()
    {
        await room.Alerts.FireAsync(Alert("Warm", "warning"));
        await room.Scribe.LookAsync(default);
        Assert.Empty(await room.Store.ListAsync(new(), null, 10, default));
    }

    [Fact]
    public async Task TwoAlertsThatRace_InTwoProcesses_OpenOneIncident_TheOtherJoins()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var one = await IncidentRoom.OpenAsync(provider);
            var (left, right) = (Alert("Left"), Alert("Right"));
            await one.Alerts.FireAsync(left, right);
            var other = await one.NeighbourAsync();
            await Task.WhenAll(one.Scribe.LookAsync(default), other.Scribe.LookAsync(default));
            var incident = await one.OneAsync();
            Assert.Equal(["Left", "Right"], incident.Alerts.Select(alert => alert.Name).Order());
            Assert.Equal(1, (await one.LinesAsync(incident)).Count(line => line.StartsWith("INC-1 opened", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task AlertThatFiredAndPassedWhileNobodyLooked_OpensAllTheSame_AndIsRestored()
    {
        var blink = Alert("Blink");
        await room.Alerts.FireAsync(blink);
        room.Alerts.Clock.Advance(TimeSpan.FromSeconds(5));
        await room.Alerts.ResolveAsync(blink);
        await room.Scribe.LookAsync(default);
        Assert.Equal(FakeTimeProvider.DefaultStart.AddSeconds(5), (await room.OneAsync()).RestoredAt);
    }

    [Fact]
    public async Task Silenced_OpensNothing_UntilTheSilenceEnds()
    {
        await room.Alerts.Silences.CreateAsync(AlertRoom.Ada, new(["system=\"shop\""], null, room.Alerts.Clock.GetUtcNow().AddMinutes(10), "known"), default);
        await room.Alerts.FireAsync(Alert("Down"));
        await room.Scribe.LookAsync(default);
        Assert.Empty(await room.Store.ListAsync(new(), null, 10, default));
        room.Alerts.Clock.Advance(TimeSpan.FromMinutes(11));
        var restarted = await room.NeighbourAsync();
        await restarted.Scribe.LookAsync(default);
        Assert.Equal("Shop: Down is wrong", (await room.OneAsync()).Title);
    }

    [Fact]
    public async Task ExplainedByAnother_OpensNothing()
    {
        await room.Alerts.FireAsync(Alert("Effect") with { InhibitedBy = Guid.NewGuid() });
        await room.Scribe.LookAsync(default);
        Assert.Empty(await room.Store.ListAsync(new(), null, 10, default));
    }

    [Fact]
    public async Task Restart_WritesNothingTwice_AndReopensNothing()
    {
        var down = Alert("Down");
        await room.Alerts.FireAsync(down);
        await room.Scribe.LookAsync(default);
        await room.Events.LookAsync(default);
        var incident = await room.OneAsync();
        var lines = await room.LinesAsync(incident);
        var again = await room.NeighbourAsync();
        await again.Scribe.LookAsync(default);
        await again.Events.LookAsync(default);
        Assert.Equal(lines, await room.LinesAsync(incident));

        await room.Store.ChangeAsync(incident.Id, now => now.Resolved("over", "", room.Alerts.Clock.GetUtcNow(), room.Alerts.Clock.GetUtcNow(), AnIncident.Ada, room.Alerts.Clock.GetUtcNow()), null, default);
        await (await room.NeighbourAsync()).Scribe.LookAsync(default);
        Assert.False((await room.OneAsync()).IsOpen);
    }

    [Fact]
    public async Task Acknowledgement_CountsFromTheFirst_AndStandsOnTheTimeline()
    {
        var down = Alert("Down");
        await room.Alerts.FireAsync(down);
        await room.Scribe.LookAsync(default);
        room.Alerts.Clock.Advance(TimeSpan.FromMinutes(2));
        await room.Alerts.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [down.Id], new("looking"), default);
        await room.Scribe.LookAsync(default);
        await room.Events.LookAsync(default);
        var incident = await room.OneAsync();
        Assert.Equal(FakeTimeProvider.DefaultStart.AddMinutes(2), incident.AcknowledgedAt);
        Assert.Contains("ada has Down in hand: looking", await room.LinesAsync(incident));
    }

    [Fact]
    public async Task Change_DuringTheIncident_StandsOnTheTimelineOnce()
    {
        await room.Alerts.FireAsync(Alert("Down"));
        await room.Scribe.LookAsync(default);
        room.Alerts.Clock.Advance(TimeSpan.FromMinutes(1));
        room.Changes.All.Add(new(room.Alerts.Clock.GetUtcNow(), "Catalogue edited: shop", "ben", "edit", true));
        room.Changes.All.Add(new(FakeTimeProvider.DefaultStart.AddMinutes(-30), "Before it", "ben", "edit", true));
        await room.Events.LookAsync(default);
        await room.Events.LookAsync(default);
        var lines = await room.LinesAsync(await room.OneAsync());
        Assert.Equal(1, lines.Count(line => line == "Catalogue edited: shop"));
        Assert.DoesNotContain("Before it", lines);
    }

    [Fact]
    public async Task Pages_OfItsAlerts_StandOnTheTimeline_AsTheyAreSentAndArrive()
    {
        var down = Alert("Down");
        await room.Alerts.FireAsync(down);
        await room.Scribe.LookAsync(default);
        var now = room.Alerts.Clock.GetUtcNow();
        var call = PagingCall.Begin(Guid.NewGuid(), new(PagedMatter.AlertKind, "shop/api", "shop", "critical", "Down is wrong", $"alerts/{down.Id}"), "api", "shop", now);
        call.Alerts = $"{down.Id}";
        var page = new SentPage { Id = Guid.NewGuid(), CallId = call.Id, Leg = 0, Level = 0, Repeat = 0, PersonId = "ana", PersonName = "Ana", At = now, State = PageState.OnItsWay, Detail = "by mail" };
        await SaveAsync(context => context.AddRange(call, page));
        await room.Events.LookAsync(default);
        Assert.Contains("Level 1: Ana was paged", await room.LinesAsync(await room.OneAsync()));

        (page.State, page.DeliveredAt) = (PageState.Delivered, now.AddSeconds(1));
        await SaveAsync(context => context.Update(page));
        room.Events.PagingMoved();
        await room.Events.LookAsync(default);
        await room.Events.LookAsync(default);
        var lines = await room.LinesAsync(await room.OneAsync());
        Assert.Equal(1, lines.Count(line => line == "Level 1: Ana was paged"));
        Assert.Equal(1, lines.Count(line => line == "Level 1: Ana was reached, by mail"));
    }

    async Task SaveAsync(Action<OpsContext> change)
    {
        await using var context = room.Alerts.Database.Contexts.CreateDbContext();
        change(context);
        await context.SaveChangesAsync();
    }

    [Fact]
    public async Task Storm_OfOneSystem_IsOneIncident()
    {
        await room.Alerts.FireAsync([.. Enumerable.Range(0, 300).Select(i => Alert($"A{i}"))]);
        await room.Scribe.LookAsync(default);
        var incident = await room.OneAsync();
        Assert.Equal((Incident.MostAlerts, 100), (incident.Alerts.Count, incident.MoreAlerts));
    }
}
