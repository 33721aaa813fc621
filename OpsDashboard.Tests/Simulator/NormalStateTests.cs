using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>Undisturbed, every system is green by the figures of its own guide, at night as at the peak.</summary>
public sealed class NormalStateTests
{
    const double Megabyte = 1e6;

    public static TheoryData<int> Hours => new([0, 2, 6, 12, 16, 19, 20, 23]);

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task CaseOpening_Undisturbed_MeetsItsTargets(int hour)
    {
        var span = await RunAsync("case-opening", hour);
        Assert.True(span.Now("nodejs_heap_size_used_bytes") < 100 * Megabyte);
        Assert.True(span.Quantile(0.95, "http_request_duration_seconds", "path=\"/cases/open\"") <= 1);
        Assert.True(span.ErrorRatio < 0.001);
        Assert.Equal(0, span.Now("transactions_orphaned"));
        Assert.True(span.Increase("cache_hits_total") / (span.Increase("cache_hits_total") + span.Increase("cache_misses_total")) > 0.9);
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task DndCompanion_Undisturbed_MeetsItsTargets(int hour)
    {
        var span = await RunAsync("dnd-companion", hour);
        Assert.True(span.Quantile(0.95, "http_request_duration_seconds") <= 0.5);
        Assert.True(span.ErrorRatio < 0.01);
        Assert.True(span.Now("cpu_usage_ratio") <= 0.7);
        Assert.True(span.Now("container_memory_usage_bytes") / span.Now("container_spec_memory_limit_bytes") <= 0.8);
        Assert.True(span.Now("db_connections") / span.Now("db_max_connections") <= 0.8);
        Assert.True(span.Increase("db_index_hits_total") / (span.Increase("db_index_hits_total") + span.Increase("db_index_misses_total")) > 0.95);
        Assert.True(span.Increase("cache_hits_total") / (span.Increase("cache_hits_total") + span.Increase("cache_misses_total")) > 0.9);
        Assert.Equal(0, span.Increase("db_slow_queries_total"));
        Assert.True(1 - (span.Now("node_filesystem_avail_bytes{device=\"/dev/vdb1\",mountpoint=\"/data\",fstype=\"ext4\"}") / span.Now("node_filesystem_size_bytes{device=\"/dev/vdb1\",mountpoint=\"/data\",fstype=\"ext4\"}")) < 0.8);
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task LiapTui_Undisturbed_IsGoodByItsThresholds(int hour)
    {
        var span = await RunAsync("liap-tui", hour);
        Assert.True(span.Quantile(0.99, "websocket_round_trip_seconds") <= 0.05);
        Assert.True(span.Now("cpu_usage_ratio") < 0.6);
        Assert.True(span.Now("container_memory_usage_bytes") / span.Now("container_spec_memory_limit_bytes") < 0.7);
        Assert.True(span.ErrorRatio < 0.001);
        Assert.True(span.Now("queue_depth{queue=\"broadcast\"}") < 1000);
        Assert.InRange(span.Now("game_rooms_active"), 4, 30);
        Assert.True(span.Now("recovery_stability_score") > 95);
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task NbaProjections_Undisturbed_HasNoSlowResponses(int hour)
    {
        var span = await RunAsync("nba-projections", hour);
        Assert.Equal(0, span.Increase("api_slow_responses_total"));
        Assert.True(span.ErrorRatio < 0.1);
        Assert.True(span.Now("cpu_usage_ratio") < 0.8);
        Assert.True(span.Now("db_replication_lag_seconds{replica=\"replica-1\"}") < 1);
    }

    [Theory]
    [MemberData(nameof(Hours))]
    public async Task QuantumNexus_Undisturbed_StaysBelowItsThresholds(int hour)
    {
        var span = await RunAsync("quantum-nexus", hour);
        Assert.True(span.Quantile(0.99, "http_request_duration_seconds") <= 1);
        Assert.True(span.ErrorRatio < 0.01);
        Assert.True(span.Now("cpu_usage_ratio") < 0.8);
    }

    [Fact]
    public async Task Requests_OverTime_AreCountedAndTimedAlike()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Run(30);
        foreach (var system in fleet.Fleet.Systems)
        {
            var span = new Span([], fleet.Series(system.Id));
            Assert.True(span.Increase("http_requests_total{") > 300);
            Assert.Equal(span.Increase("http_requests_total{"), span.Increase("http_request_duration_seconds_count{"));
        }
    }

    static async Task<Span> RunAsync(string system, int hour)
    {
        await using var fleet = new SimulatedFleet(new DateTimeOffset(2026, 11, 21, hour, 0, 0, TimeSpan.Zero));
        fleet.Run(2, system);
        var before = fleet.Series(system);
        fleet.Run(60, system);
        return new(before, fleet.Series(system));
    }
}
