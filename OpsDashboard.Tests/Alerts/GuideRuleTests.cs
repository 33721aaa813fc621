using OpsDashboard.Alerts;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

/// <summary>
/// Every alert of the five guides (requirements.md, section C) with the guide's own figure: at the figure it stays quiet, beyond it goes pending,
/// after exactly the guide's time firing, and resolved when the figure is kept again.
/// </summary>
public sealed class GuideRuleTests
{
    /// <summary>At is the figure itself, which does not alert.</summary>
    public enum Level { Well, At, Beyond }

    /// <param name="Hold">Seconds that the guide names.</param>
    /// <param name="Window">Seconds over which the rule looks back: so long its condition may outlast its cause.</param>
    sealed record Case(string Rule, int Hold, int Window, Action<GuideWorld, Level> Feed, int Step = 1);

    static readonly Case[] Cases =
    [
        // CG:637-670
        new("case-opening/performance_alerts/FrameRate", 5, 0, (world, level) => world.Gauge("frame_rate", Of(level, 60, 50, 49.9))),
        new("case-opening/performance_alerts/MemoryUsage", 10, 0, (world, level) => world.Gauge("nodejs_heap_size_used_bytes", Of(level, 100e6, 150e6, 150e6 + 1))),
        new("case-opening/performance_alerts/ApiResponseTime", 5, 30, (world, level) => Slow(world, "http_request_duration_seconds", level, "2", "5", ("path", "/cases/open"))),
        new("case-opening/error_alerts/ErrorRate", 60, 60, (world, level) => Errors(world, level, 5)),
        new("case-opening/error_alerts/CriticalErrors", 0, 60, (world, level) => world.Count("log_critical_errors_total", level == Level.Beyond && world.Second % 30 == 0 ? 1 : 0)),
        new("case-opening/error_alerts/RecoveryFailures", 0, 300, (world, level) => world.Count("log_recovery_failures_total", Each(world, level, at: 150, beyond: 75)), 5),
        // DD:183-205
        new("dnd-companion/dnd-alerts/HighErrorRate", 300, 300, (world, level) => Errors(world, level, 5), 5),
        new("dnd-companion/dnd-alerts/HighMemoryUsage", 300, 0, (world, level) => Memory(world, level, 0.9), 5),
        new("dnd-companion/dnd-alerts/SlowQueries", 300, 300, (world, level) => Slow(world, "postgres_query_duration_seconds", level, "2", "5"), 5),
        // DD:108-122
        new("dnd-companion/dnd-limits/MemoryAboveTarget", 300, 0, (world, level) => Memory(world, level, 0.8), 5),
        new("dnd-companion/dnd-limits/CpuSustained", 300, 0, (world, level) => world.Gauge("cpu_usage_ratio", Of(level, 0.4, 0.7, 0.71)), 5),
        new("dnd-companion/dnd-limits/ConnectionsNearLimit", 60, 0, (world, level) => Pair(world, "db_connections", Of(level, 20, 80, 81), "db_max_connections", 100)),
        new("dnd-companion/dnd-limits/CacheHitRate", 300, 300, (world, level) => Cache(world, Of(level, 99, 90, 89)), 5),
        new("dnd-companion/dnd-limits/DiskUsage", 60, 0, (world, level) => Pair(world, "node_filesystem_avail_bytes", Of(level, 50, 25, 24), "node_filesystem_size_bytes", 125)),
        new("dnd-companion/dnd-limits/HostMemory", 300, 0, (world, level) => Pair(world, "node_memory_MemAvailable_bytes", Of(level, 50, 25, 24), "node_memory_MemTotal_bytes", 125), 5),
        new("dnd-companion/dnd-limits/Restarts", 0, 86400, (world, level) => world.Gauge("process_start_time_seconds", Started(world, level)), 300),
        // LT:307-311
        new("liap-tui/liap-tui-alerts/HealthCheckFailures", 0, 0, (world, level) => world.Gauge("collector_consecutive_failures", Of(level, 0, 3, 4), ("job", "lt-health"))),
        new("liap-tui/liap-tui-alerts/ErrorRateSpike", 300, 60, (world, level) => Errors(world, level, 1), 5),
        new("liap-tui/liap-tui-alerts/CpuExhausted", 600, 0, (world, level) => world.Gauge("cpu_usage_ratio", Of(level, 0.4, 0.9, 0.91)), 10),
        new("liap-tui/liap-tui-alerts/MemoryExhausted", 600, 0, (world, level) => Memory(world, level, 0.9), 10),
        new("liap-tui/liap-tui-alerts/DiskExhausted", 600, 0, (world, level) => Pair(world, "node_filesystem_avail_bytes", Of(level, 500, 125, 124), "node_filesystem_size_bytes", 1250), 10),
        new("liap-tui/liap-tui-alerts/ConnectionLimitReached", 0, 0, (world, level) => Pair(world, "active_connections", Of(level, 10, 499, 500), "connection_limit", 500)),
        new("liap-tui/liap-tui-alerts/RecoveryActivated", 0, 300, (world, level) => world.Count("recovery_actions_total", level == Level.Beyond && world.Second % 300 == 0 ? 1 : 0, ("outcome", "success")), 5),
        // NBA:51-63
        new("nba-projections/nba-stats-alerts/HighErrorRate", 300, 300, (world, level) => Errors(world, level, 10), 5),
        // QN:14-17
        new("quantum-nexus/quantum-nexus-alerts/ApiLatency", 0, 60, (world, level) => Slow(world, "http_request_duration_seconds", level, "1", "2")),
        new("quantum-nexus/quantum-nexus-alerts/ErrorRate", 0, 60, (world, level) => Errors(world, level, 1)),
        new("quantum-nexus/quantum-nexus-alerts/CpuUsage", 300, 0, (world, level) => world.Gauge("cpu_usage_ratio", Of(level, 0.5, 0.8, 0.81)), 5),
    ];

    public static TheoryData<string> Rules => [.. Cases.Select(one => one.Rule)];

    [Fact]
    public void EveryShippedRule_IsOn_AndHasItsCase_OrIsOffWithAReason()
    {
        // What is only unusual has no figure of a guide.
        var shipped = GuideWorld.Alerts.Where(rule => rule.Labels.GetValueOrDefault("kind") != "anomaly").ToArray();
        Assert.Equal(Cases.Select(one => one.Rule).Order(), shipped.Where(rule => rule.Extras.Off is null).Select(rule => rule.Id).Order());
        // Z-01, Z-27, Z-28, and the third of the guide's file, which is the same as the corrected one.
        Assert.Equal(["dnd-companion/dnd-alerts-as-written/HighErrorRate", "dnd-companion/dnd-alerts-as-written/HighMemoryUsage", "dnd-companion/dnd-alerts-as-written/SlowQueries", "nba-projections/nba-stats-alerts-as-written/HighErrorRate"],
            shipped.Where(rule => rule.Extras.Off is { Length: > 20 }).Select(rule => rule.Id).Order());
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task AtTheFigure_StaysQuiet(string rule)
    {
        var one = Cases.Single(one => one.Rule == rule);
        var world = new GuideWorld(rule);
        await world.PlayAsync(Settle(one), now => one.Feed(now, Level.Well), one.Step);
        await world.PlayAsync(Settle(one) + one.Hold, now => one.Feed(now, Level.At), one.Step);
        Assert.Null(world.LastError);
        Assert.Empty(world.Changes);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task BeyondTheFigure_GoesPendingThenFiringAfterTheGuidesTime_ThenResolved(string rule)
    {
        var one = Cases.Single(one => one.Rule == rule);
        var world = new GuideWorld(rule);
        await world.PlayAsync(Settle(one), now => one.Feed(now, Level.Well), one.Step);
        await world.PlayAsync(Settle(one) + one.Hold, now => one.Feed(now, Level.Beyond), one.Step);
        Assert.Null(world.LastError);
        var began = world.Changes[0];
        Assert.Equal(one.Hold, (int)world.Rule.For.TotalSeconds);
        AlertState[] expected = one.Hold > 0 ? [AlertState.Pending, AlertState.Firing] : [AlertState.Firing];
        Assert.Equal(expected, world.Changes.Select(change => change.State));
        Assert.Equal(began.Second + one.Hold, world.Changes[^1].Second);
        if (one.Window == 0)
            Assert.Equal(Settle(one), began.Second);
        Assert.Equal(world.SystemId, world.Open.Single().SystemId);
        Assert.DoesNotContain("error expanding", world.Open.Single().Summary);

        await world.PlayAsync(Settle(one) + one.Step, now => one.Feed(now, Level.Well), one.Step);
        Assert.Empty(world.Open);
        Assert.Equal(AlertState.Resolved, world.Changes[^1].State);
        Assert.Equal(began.Alert.Id, world.Changes[^1].Alert.Id);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task BeyondTheFigure_ButNotForTheGuidesTime_NeverFires(string rule)
    {
        var one = Cases.Single(one => one.Rule == rule);
        if (one.Hold == 0 || one.Window > 0)
            return;
        var world = new GuideWorld(rule);
        await world.PlayAsync(one.Step * 2, now => one.Feed(now, Level.Well), one.Step);
        // The last evaluation that finds it true comes one step before the time is over.
        await world.PlayAsync(one.Hold, now => one.Feed(now, Level.Beyond), one.Step);
        await world.PlayAsync(one.Hold * 2, now => one.Feed(now, Level.Well), one.Step);
        Assert.Equal([AlertState.Pending, AlertState.Inactive], world.Changes.Select(change => change.State));
    }

    /// <summary>Z-27: as the guide writes it, one 5xx among a thousand requests would fire.</summary>
    [Fact]
    public async Task HighErrorRate_ASingleFailure_StaysQuiet()
    {
        var world = new GuideWorld("dnd-companion/dnd-alerts/HighErrorRate");
        await world.PlayAsync(1200, now =>
        {
            now.Count("http_requests_total", 10, ("status", "200"));
            now.Count("http_requests_total", now.Second == 600 ? 1 : 0, ("status", "503"));
        }, 5);
        Assert.Empty(world.Changes);
    }

    /// <summary>Z-28: a container without a limit reports a limit of 0, and its ratio is infinite.</summary>
    [Theory]
    [InlineData("dnd-companion/dnd-alerts/HighMemoryUsage")]
    [InlineData("dnd-companion/dnd-limits/MemoryAboveTarget")]
    public async Task Memory_ContainerWithoutALimit_StaysQuiet(string rule)
    {
        var world = new GuideWorld(rule);
        await world.PlayAsync(900, now => Pair(now, "container_memory_usage_bytes", 9e9, "container_spec_memory_limit_bytes", 0), 5);
        Assert.Empty(world.Changes);
    }

    /// <summary>NBA:51-63 means ten percent, so that many failures a second among very many requests are quiet (Z-01).</summary>
    [Fact]
    public async Task NbaHighErrorRate_ManyFailuresASecondAmongVeryMany_StaysQuiet()
    {
        var world = new GuideWorld("nba-projections/nba-stats-alerts/HighErrorRate");
        await world.PlayAsync(1200, now =>
        {
            now.Count("http_requests_total", 950, ("status", "200"));
            now.Count("http_requests_total", 50, ("status", "500"));
        }, 5);
        Assert.Empty(world.Changes);
    }

    /// <summary>"3 in 5m": three failures, but never three within five minutes.</summary>
    [Fact]
    public async Task RecoveryFailures_SpreadOverMoreThanFiveMinutes_StayQuiet()
    {
        var world = new GuideWorld("case-opening/error_alerts/RecoveryFailures");
        await world.PlayAsync(1500, now => now.Count("log_recovery_failures_total", now.Second is 300 or 480 or 660 ? 1 : 0), 5);
        Assert.Empty(world.Changes);
    }

    // Long enough for every window to be full of one level alone.
    static int Settle(Case one) => one.Window > 0 ? ((one.Window / one.Step) + 2) * one.Step : 4 * one.Step;

    static double Of(Level level, double well, double at, double beyond) => level switch { Level.Well => well, Level.At => at, _ => beyond };

    // Of a hundred requests a second so many fail; beyond the limit one more.
    static void Errors(GuideWorld world, Level level, double limit)
    {
        var failing = Of(level, 0, limit, limit + 1);
        world.Count("http_requests_total", 100 - failing, ("status", "200"));
        world.Count("http_requests_total", failing, ("status", "500"));
    }

    // 95 of a hundred are within the line: then p95 is the line itself. With one less it lies beyond.
    static void Slow(GuideWorld world, string metric, Level level, string line, string above, params (string, string)[] labels) =>
        world.Observe(metric, [("0.5", level == Level.Well ? 100 : 0), (line, Of(level, 0, 95, 94)), (above, Of(level, 0, 5, 6)), ("+Inf", 0)], labels);

    static void Memory(GuideWorld world, Level level, double limit) =>
        Pair(world, "container_memory_usage_bytes", Of(level, 0.5, limit, limit + 0.01) * 1000, "container_spec_memory_limit_bytes", 1000);

    static void Cache(GuideWorld world, double hits)
    {
        world.Count("cache_hits_total", hits);
        world.Count("cache_misses_total", 100 - hits);
    }

    static void Pair(GuideWorld world, string metric, double value, string of, double whole)
    {
        world.Gauge(metric, value);
        world.Gauge(of, whole);
    }

    // One each so many seconds.
    static double Each(GuideWorld world, Level level, int at, int beyond) => level == Level.Well ? 0 : world.Second % (level == Level.At ? at : beyond) == 0 ? 1 : 0;

    // Restarts of a day, once the first day without any is over: four at the figure, five beyond it.
    static double Started(GuideWorld world, Level level) => level == Level.Well ? 0 : (world.Second - 87000) / (86400 / (level == Level.At ? 4 : 5));
}
