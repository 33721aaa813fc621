using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Hosting;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Hosting;

public sealed class CollectorHostTests : IAsyncDisposable
{
    readonly FakeTimeProvider clock = new();
    readonly MemoryAppender appender = new();
    readonly FakeCatalogue catalogue = new();
    readonly MemoryAudit audit = new();
    readonly TaskCompletionSource<CollectOutcome> hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile CollectOutcome? answer;
    long farthestAhead = long.MinValue;
    CollectorHost host = null!;

    ScriptedKind kind = null!;

    static Target Target(string instance, string kind = "scripted") => CollectOnce.Target(kind, $"http://{instance}", "options", instance);

    async Task StartAsync(params Target[] targets)
    {
        kind = new(Collect);
        catalogue.Put(targets);
        host = new(catalogue, [kind, new ScriptedKind((_, _) => new(hanging.Task), "deaf")], appender, clock, NullLogger<CollectorHost>.Instance);
        await host.StartAsync(CancellationToken.None);
        SynchronizationContext.SetSynchronizationContext(null);
    }

    async ValueTask<CollectOutcome> Collect(CollectContext context, CancellationToken stop)
    {
        farthestAhead = Math.Max(farthestAhead, context.At - clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (context.Target.Instance == "hangs")
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        if (context.Target.Instance == "throws")
            throw new InvalidOperationException("secret");
        if (answer is not { Samples: 0 })
            context.Add("rooms", 7);
        context.KeepDocument("rooms", "all of them");
        return answer ?? CollectOutcome.Ok(1);
    }

    /// <summary>Lets time pass in small steps until the target has run; before each step every loop has set its timer.</summary>
    async Task TickAsync(string instance = "a", int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            var before = State(instance).LastRunAt;
            await Eventually.BecomesTrueAsync(() => State(instance).LastRunAt != before || Step(), $"{instance} ran");
        }
    }

    bool Step()
    {
        if (clock.TimerCount >= host.Current.Count)
            clock.Advance(TimeSpan.FromMilliseconds(100));
        return false;
    }

    CollectorState State(string instance) => host.Current.Single(state => state.Target.Instance == instance);

    public async ValueTask DisposeAsync()
    {
        hanging.TrySetResult(CollectOutcome.Ok(0));
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Run_Succeeds_AddsItsOwnSeriesBesideTheCollected()
    {
        await StartAsync(Target("a"));
        await TickAsync();
        Assert.Equal((1, 7, 1, 0), (appender.Last("up"), appender.Last("rooms"), appender.Last("collector_samples"), appender.Last("collector_missed_ticks_total")));
        Assert.Equal(Labels.Of("up", ("system", "liap-tui"), ("component", "api"), ("environment", "simulator"), ("job", "job"), ("instance", "a")), appender.Of("up")[0].Series.Labels);
        var state = State("a");
        Assert.Equal((CollectorHealth.Ok, 1, 0, 1), (state.Health, state.Samples, state.ConsecutiveFailures, state.History.Count));
        Assert.Equal("all of them", Assert.Single(host.DocumentsOf("liap-tui")).Content);
    }

    [Fact]
    public async Task Timer_EndsEarly_RunStillWaitsForItsTick()
    {
        await StartAsync(Target("a"));
        await TickAsync();
        await Eventually.BecomesTrueAsync(() => clock.TimerCount >= 1, "the loop waits for its next tick");
        // For the waiting loop this is a timer that ends three milliseconds before the tick.
        clock.StepWallClock(TimeSpan.FromMilliseconds(-3));
        await TickAsync(times: 2);
        Assert.True(farthestAhead <= 0, $"A run was {farthestAhead} ms before the time that its samples are stamped with.");
    }

    [Fact]
    public async Task Run_Fails_IsUpZeroAndEndsWhatWasReported()
    {
        await StartAsync(Target("a"));
        await TickAsync();
        answer = CollectOutcome.Failed(CollectFailure.Refused, "Nobody listens at a.");
        await TickAsync(times: 4);
        Assert.Equal(0, appender.Last("up"));
        Assert.True(StaleMarker.Is(appender.Of("rooms")[1].Value));
        Assert.Equal(2, appender.Of("rooms").Count);
        var state = State("a");
        Assert.Equal((CollectorHealth.Failing, CollectFailure.Refused, "Nobody listens at a.", 4, 1), (state.Health, state.Failure, state.Reason, state.ConsecutiveFailures, state.SilentCount));
        Assert.Equal("rooms", state.Silent[0].Labels.Metric);
        answer = null;
        await TickAsync();
        Assert.Equal((0, 0, CollectorHealth.Ok), (State("a").ConsecutiveFailures, State("a").SilentCount, State("a").Health));
    }

    [Fact]
    public async Task Run_Hangs_IsCutAtItsTimeOutAndDelaysNoOther()
    {
        await StartAsync(Target("hangs"), Target("a"));
        await TickAsync("a", times: 4);
        await Eventually.BecomesTrueAsync(() => State("hangs").Failure == CollectFailure.TimedOut || Step(), "the hanging run was cut");
        Assert.Equal("No complete answer within 1s.", State("hangs").Reason);
        Assert.True(kind.Runs.Count(run => run.Target == "a") >= 4);
        Assert.Equal(0, State("a").MissedTicks);
    }

    [Fact]
    public async Task Run_IgnoresItsCancellation_MissesTicksUntilItEnds()
    {
        await StartAsync(Target("deaf", "deaf"), Target("a"));
        await TickAsync("a", times: 5);
        await Eventually.BecomesTrueAsync(() => State("deaf").MissedTicks > 0 || Step(), "ticks of the deaf collector were missed");
        Assert.Equal(CollectFailure.TimedOut, State("deaf").Failure);
        hanging.SetResult(CollectOutcome.Ok(0));
        await Eventually.BecomesTrueAsync(() => State("deaf").Failure == CollectFailure.None || Step(), "it was collected again");
    }

    [Fact]
    public async Task Run_Throws_IsAFailureWithoutItsMessage()
    {
        await StartAsync(Target("throws"));
        await TickAsync("throws");
        Assert.Equal("The collector failed unexpectedly (InvalidOperationException); the program's log says more.", State("throws").Reason);
        await TickAsync("throws");
        Assert.Equal(2, State("throws").ConsecutiveFailures);
    }

    [Fact]
    public async Task Run_TooManySeries_SaysTheCap()
    {
        var small = new MemoryAppender { MaxSeries = 2 };
        kind = new(Collect);
        catalogue.Put(Target("a"));
        host = new(catalogue, [kind], small, clock, NullLogger<CollectorHost>.Instance);
        await host.StartAsync(CancellationToken.None);
        await TickAsync();
        Assert.Equal((CollectFailure.TooManySeries, "The head holds 2 series and takes no more."), (State("a").Failure, State("a").Reason));
    }

    [Fact]
    public async Task Reload_TouchesOnlyWhatChanged()
    {
        await StartAsync(Target("a"), Target("b"), Target("c"));
        await TickAsync("a");
        await Eventually.BecomesTrueAsync(() => host.Current.All(state => state.LastRunAt is not null) || Step(), "all ran");
        catalogue.Put(Target("a") with { Line = 9 }, Target("b") with { Timeout = TimeSpan.FromMilliseconds(500) }, Target("d"));
        await Eventually.BecomesTrueAsync(() => host.Current.Select(state => state.Target.Instance).SequenceEqual(["a", "b", "d"]), "the reload was followed");
        Assert.Equal((5, 2), (kind.Created, kind.Disposed));
        Assert.Equal(9, State("a").Target.Line);
        Assert.NotNull(State("a").LastRunAt);
        Assert.Null(State("b").LastRunAt);
        Assert.True(StaleMarker.Is(appender.Last("up", ("instance", "c"))));
        Assert.True(StaleMarker.Is(appender.Last("rooms", ("instance", "c"))));
    }

    [Fact]
    public async Task UnknownKind_IsSeenAsFailing()
    {
        await StartAsync(Target("a", "carrier-pigeon"));
        await TickAsync();
        Assert.Equal("There is no collector of the kind carrier-pigeon; there are deaf, scripted.", State("a").Reason);
    }

    [Fact]
    public async Task Subscribe_ManyChanges_AreToldAtMostEvery250Milliseconds()
    {
        await StartAsync([.. Enumerable.Range(0, 50).Select(i => Target($"t{i}"))]);
        await Eventually.BecomesTrueAsync(() => host.Current.All(state => state.LastRunAt is not null) || Step(), "all ran");
        var told = 0;
        var began = clock.GetUtcNow();
        using (host.Subscribe(() => Interlocked.Increment(ref told)))
        {
            var before = kind.Runs.Count;
            await Eventually.BecomesTrueAsync(() => kind.Runs.Count >= before + 50 || Step(), "all ran again");
        }
        Assert.InRange(told, 1, ((clock.GetUtcNow() - began) / TimeSpan.FromMilliseconds(250)) + 1);
    }

    static Actor Person(Role role, string? system) => new("id", "Kim", ActorKind.Person, [new(role, system)]);

    [Fact]
    public async Task Pause_StopsTheTargetUntilResumed_AndIsAudited()
    {
        await StartAsync(Target("a"), Target("b"));
        await TickAsync();
        await using var database = await TestDatabase.CreateAsync(OpsDashboard.Storage.StorageProvider.Sqlite);
        var control = ControlOver(database);
        var id = Target("a").Id;
        var paused = await control.PauseAsync(Person(Role.Responder, "liap-tui"), id, null, CancellationToken.None);
        Assert.Equal("Kim", paused!.Pause!.By);
        var runs = kind.Runs.Count(run => run.Target == "a");
        await TickAsync("b", times: 3);
        Assert.Equal(runs, kind.Runs.Count(run => run.Target == "a"));
        await Eventually.BecomesTrueAsync(() => StaleMarker.Is(appender.Last("up", ("instance", "a"))), "the series ended");
        Assert.Equal((CollectorHealth.Unknown, 0L), (State("a").Health, State("a").MissedTicks));

        await control.ResumeAsync(Person(Role.Admin, null), id, CancellationToken.None);
        await TickAsync("a");
        Assert.Equal(["collector.paused", "collector.resumed"], audit.Records.Select(record => record.Action));
    }

    CollectorControl ControlOver(TestDatabase database) => new(host, new(database.Contexts, audit), clock);

    [Fact]
    public Task Pause_OutlivesTheProgram_OnSqlite() => RestartPausedAsync(OpsDashboard.Storage.StorageProvider.Sqlite);

    [PostgresFact]
    public Task Pause_OutlivesTheProgram_OnPostgres() => RestartPausedAsync(OpsDashboard.Storage.StorageProvider.Postgres);

    async Task RestartPausedAsync(OpsDashboard.Storage.StorageProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await StartAsync(Target("a"), Target("b"));
        var control = ControlOver(database);
        var id = Target("a").Id;
        await control.PauseAsync(Person(Role.Responder, "liap-tui"), id, " moved to another machine ", CancellationToken.None);
        var since = State("a").Pause!.At;
        await Assert.ThrowsAsync<InvalidInputException>(() => control.PauseAsync(Person(Role.Admin, null), id, new string('x', 501), CancellationToken.None));

        await RestartAsync();
        Assert.Equal(new("Kim", since, "moved to another machine"), State("a").Pause);
        Assert.Null(State("b").Pause);
        await TickAsync("b");
        Assert.DoesNotContain(kind.Runs, run => run.Target == "a");

        await ControlOver(database).ResumeAsync(Person(Role.Admin, null), id, CancellationToken.None);
        await RestartAsync();
        Assert.Null(State("a").Pause);
        Assert.Equal("moved to another machine", audit.Records.Last().Particulars!["reason"]);

        async Task RestartAsync()
        {
            await host.DisposeAsync();
            kind = new(Collect);
            host = new(catalogue, [kind], appender, clock, NullLogger<CollectorHost>.Instance, new(database.Contexts, audit));
            await host.StartAsync(CancellationToken.None);
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    [Fact]
    public async Task Pause_OfAnotherSystem_DoesNotTellWhetherTheTargetIsThere()
    {
        await StartAsync(Target("a"));
        await using var database = await TestDatabase.CreateAsync(OpsDashboard.Storage.StorageProvider.Sqlite);
        var control = ControlOver(database);
        var stranger = Person(Role.Responder, "another");
        foreach (var id in (string[])[Target("a").Id, $"{Target("a").SystemId}/no/such/target"])
            await Assert.ThrowsAsync<AccessDeniedException>(() => control.PauseAsync(stranger, id, null, CancellationToken.None));
    }

    [Fact]
    public async Task Pause_WithoutTheRole_IsRefusedAndAudited()
    {
        await StartAsync(Target("a"));
        await using var database = await TestDatabase.CreateAsync(OpsDashboard.Storage.StorageProvider.Sqlite);
        var control = ControlOver(database);
        var refusals = new NotedRefusals();
        foreach (var actor in new[] { Person(Role.Viewer, null), Person(Role.Admin, "other"), Actor.Stranger(null) })
            await Assert.ThrowsAsync<AccessDeniedException>(() => control.PauseAsync(actor with { Refusals = refusals }, Target("a").Id, null, CancellationToken.None));
        Assert.Null(State("a").Pause);
        Assert.Equal(Enumerable.Repeat(("PauseCollectors", Target("a").SystemId), 3), refusals.Noted.Select(one => (one.Permission, one.SystemId!)));
        Assert.Empty(audit.Records);
        Assert.Null(await control.PauseAsync(Person(Role.Admin, null), "no/such/target/x", null, CancellationToken.None));
    }
}
