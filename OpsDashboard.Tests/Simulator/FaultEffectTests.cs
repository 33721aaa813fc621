using OpsDashboard.Simulator.Faults;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>Every fault shows within a second of virtual time, and is over when its time is up.</summary>
public sealed class FaultEffectTests
{
    public static TheoryData<string> Systems => new(["case-opening", "dnd-companion", "liap-tui", "nba-projections", "quantum-nexus"]);

    [Theory]
    [MemberData(nameof(Systems))]
    public Task Slow_RequestsTakeLonger(string system) => ShowAsync(system, FaultKind.Slow, 3, span =>
        Assert.True(span.Quantile(0.5, "http_request_duration_seconds") > 2));

    [Theory]
    [MemberData(nameof(Systems))]
    public Task Errors_APartOfTheRequestsFails(string system) => ShowAsync(system, FaultKind.Errors, 0.5, span =>
        Assert.InRange(span.ErrorRatio, 0.25, 0.75));

    [Theory]
    [MemberData(nameof(Systems))]
    public Task DatabaseGone_ShowsAndRequestsFail(string system) => ShowAsync(system, FaultKind.DatabaseGone, 0, span =>
    {
        Assert.Equal(0, span.Now("db_up"));
        Assert.Equal(0, span.Now("db_connections"));
        Assert.True(span.ErrorRatio > 0.5);
    });

    [Theory]
    [MemberData(nameof(Systems))]
    public Task ClockSkew_TheMachinesClockIsWrong(string system) => ShowAsync(system, FaultKind.ClockSkew, -600, span =>
        Assert.True(span.Increase("node_time_seconds") < -500));

    [Theory]
    [MemberData(nameof(Systems))]
    public Task Crash_TheMachineGoesOnIdle(string system) => ShowAsync(system, FaultKind.Crash, 0, span =>
        Assert.True(span.Increase("node_cpu_seconds_total", "mode=\"idle\"") > 0.9 * span.Increase("node_cpu_seconds_total")));

    [Theory]
    [MemberData(nameof(Systems))]
    public Task MemoryLeak_MemoryGrows(string system) => ShowAsync(system, FaultKind.MemoryLeak, 50e6, span =>
        Assert.True(span.Increase("container_memory_usage_bytes") > 40e6));

    [Theory]
    [InlineData("case-opening", "")]
    [InlineData("dnd-companion", "")]
    [InlineData("nba-projections", "api_")]
    public Task CacheCold_LookUpsMiss(string system, string prefix) => ShowAsync(system, FaultKind.CacheCold, 0.05, span =>
        Assert.True(span.Increase($"{prefix}cache_misses_total") > 5 * span.Increase($"{prefix}cache_hits_total")));

    [Theory]
    [MemberData(nameof(Systems))]
    public Task BusyProcessor_NeedsTheProcessor(string system) => ShowAsync(system, FaultKind.BusyProcessor, 0.75, span =>
        Assert.True(span.Now("cpu_usage_ratio") > 0.75));

    [Theory]
    [MemberData(nameof(Systems))]
    public Task DiskFull_FillsTheDataVolume(string system) => ShowAsync(system, FaultKind.DiskFull, 0.95, span =>
    {
        const string data = "{device=\"/dev/vdb1\",mountpoint=\"/data\",fstype=\"ext4\"}";
        Assert.Equal(0.05, span.Now($"node_filesystem_avail_bytes{data}") / span.Now($"node_filesystem_size_bytes{data}"), 3);
    });

    [Theory]
    [MemberData(nameof(Systems))]
    public Task ConnectionLeak_TakesConnections(string system) => ShowAsync(system, FaultKind.ConnectionLeak, 0.93, span =>
        Assert.True(span.Now("db_connections") / span.Now("db_max_connections") > 0.9));

    [Theory]
    [InlineData("dnd-companion", "postgres_query_duration_seconds")]
    [InlineData("nba-projections", "db_query_duration_seconds")]
    public Task LongQuery_TheOthersWait(string system, string histogram) => ShowAsync(system, FaultKind.LongQuery, 4, span =>
        Assert.True(span.Quantile(0.5, histogram) > 2));

    [Fact]
    public Task Flood_ReachesTheLimit() => ShowAsync("liap-tui", FaultKind.Flood, 0, span => Assert.Equal(span.Now("connection_limit"), span.Now("active_connections")));

    [Fact]
    public Task ThirdParty_WalletsAndCallsFail() => ShowAsync("quantum-nexus", FaultKind.ThirdParty, 0, span =>
    {
        Assert.True(span.Increase("wallet_connections_total", "success") == 0);
        Assert.True(span.Increase("http_requests_total{", "status=\"5") < 5);
    });

    [Fact]
    public async Task FrameDrop_BrowsersDrawFewerFrames()
    {
        await using var fleet = new SimulatedFleet();
        var game = fleet.Fleet.CaseOpening;
        Assert.True(game.Frames() >= 58);
        game.Faults.Start(FaultKind.FrameDrop, 24, TimeSpan.FromSeconds(10));
        Assert.InRange(game.Frames(), 10, 40);
        fleet.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(game.Frames() >= 58);
    }

    [Fact]
    public async Task MemoryLeak_WhenOver_MemoryIsGivenBack()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Run(1);
        fleet.Fleet.CaseOpening.Faults.Start(FaultKind.MemoryLeak, 25e6, TimeSpan.FromSeconds(6));
        fleet.Run(6);
        Assert.True(fleet.Series("case-opening")["nodejs_heap_size_used_bytes"] > 150e6);
        fleet.Run(6);
        Assert.True(fleet.Series("case-opening")["nodejs_heap_size_used_bytes"] < 100e6);
    }

    [Fact]
    public async Task Errors_InTheGame_SetTheRecoveryToWork()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Run(6, "liap-tui");
        fleet.Fleet.Find("liap-tui")!.Faults.Start(FaultKind.Errors, 0.5, TimeSpan.FromSeconds(20));
        fleet.Run(12);
        var during = fleet.Series("liap-tui");
        Assert.Equal(1, during["recovery_active"]);
        Assert.True(during["recovery_actions_total{outcome=\"failure\"}"] >= 2);
        fleet.Run(30);
        var after = fleet.Series("liap-tui");
        Assert.Equal(0, after["recovery_active"]);
        Assert.Equal(1, after["recovery_actions_total{outcome=\"success\"}"]);
    }

    [Fact]
    public void FaultSet_OnceItsTimeIsUp_IsEmpty()
    {
        var clock = new OpsDashboard.Tests.Testing.FakeTimeProvider();
        var faults = new FaultSet(clock);
        faults.Start(FaultKind.Slow, 3, TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(3, faults.Value(FaultKind.Slow));
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(faults.Value(FaultKind.Slow));
        Assert.Empty(faults.InForce());
    }

    [Fact]
    public void FaultSet_SameKindAgain_IsReplaced()
    {
        var faults = new FaultSet(new OpsDashboard.Tests.Testing.FakeTimeProvider());
        faults.Start(FaultKind.Slow, 3, TimeSpan.FromSeconds(5));
        faults.Start(FaultKind.Slow, 1, TimeSpan.FromSeconds(60));
        Assert.Equal(1, Assert.Single(faults.InForce()).Value);
        Assert.Equal(1, faults.End());
        Assert.Equal(0, faults.End());
    }

    static async Task ShowAsync(string system, FaultKind kind, double value, Action<Span> shows)
    {
        await using var fleet = new SimulatedFleet(new DateTimeOffset(2026, 11, 21, 19, 0, 0, TimeSpan.Zero));
        fleet.Run(2, system);
        var before = fleet.Series(system);
        fleet.Fleet.Find(system)!.Faults.Start(kind, value, TimeSpan.FromSeconds(1.2));
        fleet.Run(1, system);
        shows(new(before, fleet.Series(system)));
        fleet.Run(0.25, system);
        Assert.Empty(fleet.Fleet.Find(system)!.Faults.InForce());
    }
}
