using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Runbooks;
using OpsDashboard.Shell.Drills;
using OpsDashboard.Shell.Faults;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Runbooks;
using OpsDashboard.Tests.Simulator;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Shell.Drills;

public sealed class DrillTests(RunningFleet fleet) : IClassFixture<RunningFleet>
{
    const string Simulated = "nba-projections";
    static readonly Actor Responder = new("1", "Ana", ActorKind.Person, [new(Role.Responder, Simulated)]);
    static readonly Actor Viewer = new("2", "Ben", ActorKind.Person, [new(Role.Viewer, null)]);

    [Fact]
    public async Task Start_BreaksTheSystem_AndAbandonMendsIt()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid);
        var (desk, faults) = Desk(room);
        var drill = await desk.StartAsync(Responder, Simulated, "slow", default);
        Assert.Equal("slow", Assert.Single(await faults.FaultsAsync(Responder, Simulated, default)).Kind);
        await Assert.ThrowsAsync<InvalidInputException>(() => desk.StartAsync(Responder, Simulated, "errors", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => desk.StartAsync(Viewer, Simulated, "slow", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => desk.AbandonAsync(Viewer, drill.Id, default));
        Assert.Equal(drill.Id, Assert.Single(await desk.ListAsync(Viewer, default)).Id);
        Assert.True(await ((IDrills)desk).IsRunningAsync(Simulated, default));
        Assert.False(await ((IDrills)desk).IsRunningAsync("other", default));

        await desk.AbandonAsync(Responder, drill.Id, default);

        Assert.Empty(await faults.FaultsAsync(Responder, Simulated, default));
        Assert.False(await ((IDrills)desk).IsRunningAsync(Simulated, default));
        Assert.Equal(DrillState.Abandoned, Assert.Single(await desk.ListAsync(Responder, default)).State);
        await Assert.ThrowsAsync<StaleVersionException>(() => desk.AbandonAsync(Responder, drill.Id, default));
        Assert.Equal(["drill.started", "drill.abandoned"], (await room.AuditedAsync()).Select(entry => entry.Action).Where(action => action.StartsWith("drill.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Start_PressedTwiceAtOnce_IsOneDrill_WhoseFaultStays()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid);
        var (desk, faults) = Desk(room);
        var presses = Enumerable.Range(0, 6).Select(_ => Task.Run(() => desk.StartAsync(Responder, Simulated, "slow", default))).ToArray();
        await Task.WhenAll(presses.Select(press => press.ContinueWith(_ => { }, TaskScheduler.Default)));
        var won = await Assert.Single(presses, press => press.IsCompletedSuccessfully);
        Assert.All(presses.Where(press => press.IsFaulted), press => Assert.IsType<InvalidInputException>(press.Exception!.InnerException));
        Assert.Equal(won.Id, Assert.Single(await desk.ListAsync(Responder, default)).Id);
        Assert.Equal("slow", Assert.Single(await faults.FaultsAsync(Responder, Simulated, default)).Kind);
        await desk.AbandonAsync(Responder, won.Id, default);
    }

    [PostgresFact]
    public async Task Start_InTwoProcessesAtOnce_OneWaitsForTheOther_AndIsRefused()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid, StorageProvider.Postgres);
        var audit = new SlowAudit(room.Audit);
        var (desk, faults) = Desk(room, audit);
        // Another process: what both share is the database alone.
        using var contexts = new OpsContextFactory(room.Database.Options);
        await using var audit2 = new AuditLog(contexts, room.Clock);
        var other = Desk(room, audit2, contexts).Desk;
        var first = desk.StartAsync(Responder, Simulated, "slow", default);
        await audit.Committing.WaitAsync(Patience.Limit);
        var second = other.StartAsync(Responder, Simulated, "errors", default);
        await WaitsAsync(room, second);
        audit.GoOn();
        var won = await first.WaitAsync(Patience.Limit);
        await Assert.ThrowsAsync<InvalidInputException>(() => second.WaitAsync(Patience.Limit));
        Assert.Equal(won.Id, Assert.Single(await desk.ListAsync(Responder, default)).Id);
        Assert.Equal("slow", Assert.Single(await faults.FaultsAsync(Responder, Simulated, default)).Kind);
        await desk.AbandonAsync(Responder, won.Id, default);
    }

    // Until PostgreSQL lets it wait for the other's lock; only of this test's database, because all have one table of locks.
    static async Task WaitsAsync(RunRoom room, Task second)
    {
        await using var context = room.Database.Contexts.CreateDbContext();
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await context.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").SingleAsync(limit.Token) == 0)
        {
            Assert.False(second.IsCompleted, "It did not wait for the other one.");
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    [Fact]
    public async Task Start_AFaultThatTheSystemDoesNotKnow_IsRefused()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid);
        var (desk, _) = Desk(room);
        await Assert.ThrowsAsync<InvalidInputException>(() => desk.StartAsync(Responder, Simulated, "melt", default));
        Assert.Empty(await desk.ListAsync(Responder, default));
    }

    [Fact]
    public async Task Follow_AlertTakenAndMendedByARunbook_Passes()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid);
        var (host, drill) = await FollowedAsync(room);
        room.Clock.Advance(TimeSpan.FromSeconds(4));
        var alert = await FireAsync(room);
        await host.LookAsync(default);
        room.Clock.Advance(TimeSpan.FromSeconds(70));
        await room.Acknowledgements.AcknowledgeAsync(RunRoom.Ada, [alert.Id], new(null), default);
        await host.LookAsync(default);
        var wrong = await room.StartAsync(alert: alert.Id, key: "k1");
        await room.Runs.AbortAsync(RunRoom.Ada, wrong.Id, null, default);
        var right = await room.StartAsync(alert: alert.Id, key: "k2");
        right = await room.DriveProofAsync(right, () => room.Measure(100));
        Assert.Equal(RunEffect.Effective, right.Effect);
        await ResolveAsync(room, alert);
        await host.LookAsync(default);

        var passed = await ReadAsync(room, drill);
        Assert.Equal((DrillState.Passed, alert.Id, "shop.restart", 1, RunRoom.Ada.Id), (passed.State, passed.AlertId!.Value, passed.RunbookId!, passed.WrongTurns, passed.AcknowledgedBy!));
        Assert.Equal((TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(70)), (passed.DetectedAt - passed.StartedAt, passed.AcknowledgedAt - passed.DetectedAt));
        Assert.Equal(84, passed.Score);
        Assert.Equal("drill.ended", (await room.AuditedAsync())[^1].Action);
    }

    [Fact]
    public async Task Follow_GreenWithoutARunbook_Fails()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid);
        var (host, drill) = await FollowedAsync(room);
        var alert = await FireAsync(room);
        await host.LookAsync(default);
        await ResolveAsync(room, alert);
        await host.LookAsync(default);
        Assert.Equal((DrillState.Failed, null), ((await ReadAsync(room, drill)).State, (await ReadAsync(room, drill)).Score));
    }

    [Fact]
    public async Task Follow_NotGreenInTime_Fails()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid);
        var (host, drill) = await FollowedAsync(room);
        room.Clock.Advance(Drill.Longest);
        await host.LookAsync(default);
        Assert.Equal(DrillState.Running, (await ReadAsync(room, drill)).State);
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.LookAsync(default);
        Assert.Equal(DrillState.Failed, (await ReadAsync(room, drill)).State);
    }

    [Fact]
    public async Task Follow_AnAlertOfBefore_IsNotTheDrills()
    {
        await using var room = await RunRoom.OpenAsync(RunbookText.Valid);
        await FireAsync(room);
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        var (host, drill) = await FollowedAsync(room);
        await host.LookAsync(default);
        Assert.Null((await ReadAsync(room, drill)).AlertId);
    }

    [Theory]
    [InlineData(30, 240, 0, 100)]
    [InlineData(160, 300, 0, 90)]
    [InlineData(30, 600, 2, 60)]
    [InlineData(900, 1800, 9, 0)]
    public void Score_CountsTheOwnTimeAndWrongTurns(double acknowledged, double green, int wrongTurns, int expected)
    {
        var at = FakeTimeProvider.DefaultStart;
        var drill = new Drill
        {
            Id = Guid.NewGuid(),
            SystemId = "shop",
            Fault = "slow",
            StartedBy = "ada",
            StartedAt = at.AddSeconds(-100),
            State = DrillState.Passed,
            DetectedAt = at,
            AcknowledgedAt = at.AddSeconds(acknowledged),
            GreenAt = at.AddSeconds(green),
            WrongTurns = wrongTurns,
        };
        Assert.Equal(expected, drill.Score);
    }

    (DrillDesk Desk, FaultDesk Faults) Desk(RunRoom room, IAuditLog? audit = null, OpsContextFactory? contexts = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Simulator:ControlAddress"] = fleet.Fleet.Control.Url, ["Simulator:ControlToken"] = "token" }).Build();
        var faults = new FaultDesk(new(configuration), audit is AuditLog own ? own : room.Audit, new(Path.Combine(RealServer.TemporaryFolder("drills"), "left-out.json")), _ => Task.CompletedTask);
        return (new(contexts ?? room.Database.Contexts, faults, audit ?? room.Audit, room.Bus, room.Clock), faults);
    }

    // The room's system is none of the simulator's: its fault is not found when the drill ends, which must not keep the drill from ending.
    async Task<(DrillHost Host, Drill Drill)> FollowedAsync(RunRoom room)
    {
        var drill = new Drill { Id = room.Clock.NewId(), SystemId = "shop", Fault = "slow", StartedBy = "ada", StartedAt = room.Clock.Now() };
        await using var context = room.Database.Contexts.CreateDbContext();
        context.Add(drill);
        await context.SaveChangesAsync();
        var host = new DrillHost(room.Database.Contexts, room.Alerts, new(room.Alerts, new(room.Database.Contexts)), room.Acknowledgements, room.Runs, Desk(room).Faults, room.Audit, room.Bus, room.Clock, NullLogger<DrillHost>.Instance);
        return (host, drill);
    }

    static async Task<Alert> FireAsync(RunRoom room)
    {
        var now = room.Clock.Now();
        var alert = OpsDashboard.Tests.Alerts.AnAlert.Of("Heap") with { Id = room.Clock.NewId(), Expression = "heap{system=\"shop\"} > 150", For = TimeSpan.FromSeconds(10), ActiveAt = now, FiredAt = now };
        await room.Alerts.RecordAsync([new(AlertState.Pending, alert, now)], [], null, default);
        return alert;
    }

    static Task ResolveAsync(RunRoom room, Alert alert)
    {
        var now = room.Clock.Now();
        return room.Alerts.RecordAsync([new(AlertState.Firing, alert with { State = AlertState.Resolved, ResolvedAt = now }, now)], [], null, default);
    }

    static async Task<Drill> ReadAsync(RunRoom room, Drill drill)
    {
        await using var context = room.Database.Contexts.CreateDbContext();
        return (await context.Set<Drill>().FindAsync(drill.Id))!;
    }

    /// <summary>An audit log in front of whose commit one waits.</summary>
    sealed class SlowAudit(IAuditLog log) : IAuditLog
    {
        readonly TaskCompletionSource committing = new(TaskCreationOptions.RunContinuationsAsynchronously), goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Committing => committing.Task;

        public void GoOn() => goOn.TrySetResult();

        public async Task CommitAsync(DbContext changes, AuditRecord record, CancellationToken stop)
        {
            committing.TrySetResult();
            await goOn.Task.WaitAsync(Patience.Limit, stop);
            await log.CommitAsync(changes, record, stop);
        }

        public Task AppendAsync(AuditRecord record, CancellationToken stop) => log.AppendAsync(record, stop);
    }
}
