using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Automation;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Automation;

public sealed class SqliteAutomationRoundTests() : AutomationRoundTests(StorageProvider.Sqlite);

public sealed class PostgresAutomationRoundTests() : AutomationRoundTests(StorageProvider.Postgres);

/// <summary>From an alert that fires to runs, with the switches of the database and virtual time.</summary>
public abstract class AutomationRoundTests(StorageProvider provider)
{
    static readonly AutomationPolicy Policy = new("shop", "Heap", null, ["restart"], 2, TimeSpan.FromMinutes(5), null);

    [Fact]
    public async Task Alert_WithEverythingSwitchedOn_IsActedOnOnce_AndAgainWhenTimePassed_ThenHandedOver()
    {
        await using var room = await OpenAsync();
        var (round, switches, news) = Round(room);
        await SwitchOnAsync(switches);
        var alert = await room.FireAsync();

        await round.LookAsync(Holding, default);
        await round.LookAsync(Holding, default);
        var first = Assert.Single(await RunsAsync(room));
        Assert.Equal(("Automation", alert.Id, RunStatus.Queued), (first.StartedByName, first.Goal!.AlertId, first.Status));
        Assert.Equal(["shop.restart"], news.Actions);

        await AbortAsync(room, first);
        await round.LookAsync(Holding, default);
        Assert.Single(await RunsAsync(room));
        room.Clock.Advance(Policy.CoolDown);
        await round.LookAsync(Holding, default);
        Assert.Equal(2, (await RunsAsync(room)).Count);

        await AbortAsync(room, (await RunsAsync(room))[0]);
        room.Clock.Advance(Policy.CoolDown);
        await round.LookAsync(Holding, default);
        Assert.Equal(2, (await RunsAsync(room)).Count);
        Assert.Equal([alert.Id], news.HandedOver);
        Assert.Contains((await room.AuditedAsync()).Select(entry => entry.Action), action => action == "runbook.started");
    }

    [Fact]
    public async Task Alert_ThatCameBack_BeginsNoNewChain()
    {
        await using var room = await OpenAsync();
        var (round, switches, news) = Round(room, Policy with { Attempts = 1 });
        await SwitchOnAsync(switches);
        var alert = await room.FireAsync();
        await round.LookAsync(Holding, default);
        await AbortAsync(room, Assert.Single(await RunsAsync(room)));
        var again = alert with { Id = Guid.NewGuid() };
        await room.Alerts.RecordAsync([new(AlertState.Firing, alert with { State = AlertState.Resolved, ResolvedAt = room.Clock.GetUtcNow() }, room.Clock.GetUtcNow()), new(AlertState.Pending, again, room.Clock.GetUtcNow())], [], null, default);
        room.Clock.Advance(Policy.CoolDown);

        await round.LookAsync(Holding, default);

        Assert.Single(await RunsAsync(room));
        Assert.Equal([again.Id], news.HandedOver);
    }

    [Fact]
    public async Task NothingSwitchedOn_OnlyProposes()
    {
        await using var room = await OpenAsync();
        var board = new AutomationBoard();
        var (round, _, news) = Round(room, board: board);
        var alert = await room.FireAsync();

        await round.LookAsync(Holding, default);

        Assert.Empty(await RunsAsync(room));
        Assert.Empty(news.Actions);
        Assert.Equal((AutomationStep.Propose, "restart"), (board.Of(alert.Id)!.Step, board.Of(alert.Id)!.Runbook));
    }

    [Fact]
    public async Task AnotherProcess_HoldsTheLease_ThisOneOnlyShows()
    {
        await using var room = await OpenAsync();
        var board = new AutomationBoard();
        var (round, switches, _) = Round(room, board: board);
        await SwitchOnAsync(switches);
        var alert = await room.FireAsync();

        await round.LookAsync(() => Task.FromResult(false), default);

        Assert.Empty(await RunsAsync(room));
        Assert.Equal(AutomationStep.Act, board.Of(alert.Id)!.Step);
    }

    [Fact]
    public async Task Stop_AfterItWasAllowed_StartsNothingMore()
    {
        await using var room = await OpenAsync();
        var (round, switches, _) = Round(room);
        await SwitchOnAsync(switches);
        await switches.StopAsync(RunRoom.Chief, AutomationSwitch.Everything, null, default);
        await room.FireAsync();

        await round.LookAsync(Holding, default);

        Assert.Empty(await RunsAsync(room));
        Assert.Equal("automation.stopped", (await room.AuditedAsync())[^1].Action);
    }

    [Fact]
    public async Task Switches_AreForThoseWhoMay_AndSurviveARestart()
    {
        await using var room = await OpenAsync();
        var (_, switches, _) = Round(room);
        await Assert.ThrowsAsync<AccessDeniedException>(() => switches.AllowAsync(RunRoom.Ada, "shop", "why", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => switches.StopAsync(RunRoom.Viewer, "shop", null, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => switches.StopAsync(RunRoom.Ada, AutomationSwitch.Everything, null, default));
        await Assert.ThrowsAsync<InvalidInputException>(() => switches.AllowAsync(RunRoom.Chief, "shop", " ", default));
        await Assert.ThrowsAsync<NotFoundException>(() => switches.AllowAsync(RunRoom.Chief, "shop/Nothing", "why", default));
        await Assert.ThrowsAsync<NotFoundException>(() => switches.AllowAsync(RunRoom.Chief, "nowhere", "why", default));
        Assert.False(switches.Current.Allows("shop"));

        await switches.AllowAsync(RunRoom.Chief, "shop", "They agreed", default);
        await switches.StopAsync(RunRoom.Ada, Policy.Id, null, default);

        var restarted = room.Switchboard();
        await restarted.ReadAsync(default);
        Assert.Equal((true, true, false), (restarted.Current.IsOn, restarted.Current.Allows("shop"), restarted.Current.Acts(Policy)));
    }

    async Task<RunRoom> OpenAsync() => await RunRoom.OpenAsync(RunbookText.Valid, provider);

    static (AutomationRound, AutomationSwitchboard, Told) Round(RunRoom room, AutomationPolicy? policy = null, AutomationBoard? board = null)
    {
        room.Automate(policy ?? Policy);
        var (switches, news) = (room.Switchboard(), new Told());
        return (room.Round(switches, board ?? new(), new Known(room.Clock), news), switches, news);
    }

    static async Task SwitchOnAsync(AutomationSwitchboard switches)
    {
        await switches.AllowAsync(RunRoom.Chief, "shop", "Nights are short", default);
        await switches.AllowAsync(RunRoom.Chief, Policy.Id, "It helped ten times", default);
    }

    static Task<bool> Holding() => Task.FromResult(true);

    static Task<IReadOnlyList<Run>> RunsAsync(RunRoom room) => room.Store.ListAsync(new(), null, 10, default);

    static Task AbortAsync(RunRoom room, Run run) => room.Runs.AbortAsync(RunRoom.Bob, run.Id, null, default);

    sealed class Told : IAutomationNews
    {
        public List<string> Actions { get; } = [];
        public List<Guid> HandedOver { get; } = [];

        public void Acted(Alert alert, Runbook runbook) => Actions.Add(runbook.Id);

        public Task HandedOverAsync(Alert alert, AutomationPolicy policy, CancellationToken stop)
        {
            HandedOver.Add(alert.Id);
            return Task.CompletedTask;
        }
    }

    sealed class Known(TimeProvider clock) : IHealth
    {
        public HealthSnapshot Current => new(clock.GetUtcNow(), [new("shop", new(Health.Critical, "The heap is full.", clock.GetUtcNow()), new Dictionary<string, HealthState>(), [])]);

        public IDisposable Subscribe(Action<HealthSnapshot> changed) => throw new NotSupportedException();
    }
}
