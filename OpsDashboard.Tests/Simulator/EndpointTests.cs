using System.Globalization;
using System.Net;
using System.Text.Json;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

/// <summary>Every address that a guide names answers in the guide's format.</summary>
public sealed class EndpointTests(RunningFleet fleet) : IClassFixture<RunningFleet>
{
    [Theory]
    [InlineData("cg_api", "/health")]
    [InlineData("cg_api", "/cases/health")]
    [InlineData("cg_app", "/health")]
    [InlineData("cg_database_check", "")]
    [InlineData("lt_server", "/api/health")]
    [InlineData("lt_database_check", "")]
    [InlineData("nba_api", "/health")]
    [InlineData("nba_database_check", "")]
    [InlineData("qn_platform", "/health")]
    [InlineData("qn_database_check", "")]
    public async Task Health_Undisturbed_SaysHealthyWithAFreshTimestamp(string variable, string path)
    {
        var asked = TimeProvider.System.GetUtcNow();
        var health = await JsonAsync(variable, path);
        Assert.Equal("healthy", health.GetProperty("status").GetString());
        var stamp = health.GetProperty("timestamp").GetString()!;
        Assert.EndsWith("Z", stamp, StringComparison.Ordinal);
        Assert.InRange(DateTimeOffset.Parse(stamp, CultureInfo.InvariantCulture), asked.AddSeconds(-2), TimeProvider.System.GetUtcNow().AddSeconds(2));
    }

    [Theory]
    [InlineData("cg_api", "/metrics", "http_requests_total")]
    [InlineData("dd_backend_metrics", "/metrics", "postgres_query_duration_seconds_bucket")]
    [InlineData("dd_backend_metrics", "/metrics", "heap")]
    [InlineData("dd_frontend_metrics", "/metrics", "http_requests_total")]
    [InlineData("lt_server", "/api/health/metrics", "active_connections")]
    [InlineData("lt_server", "/api/health/metrics", "game_rooms_active")]
    [InlineData("nba_api", "/metrics", "api_request_duration_seconds_bucket")]
    [InlineData("qn_platform", "/metrics", "concurrent_users")]
    [InlineData("cg_node", "/metrics", "node_cpu_seconds_total")]
    public async Task Metrics_AreInTextFormat(string variable, string path, string contains)
    {
        using var response = await fleet.Client.GetAsync(fleet.Url(variable) + path);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var text = await response.Content.ReadAsStringAsync();
        Assert.Contains(contains, text, StringComparison.Ordinal);
        ExpositionText.AssertWellFormed(text);
    }

    [Fact]
    public async Task LiapTuiMetrics_HaveTheHelpOfTheGuide()
    {
        var text = await fleet.GetAsync("lt_server", "/api/health/metrics");
        Assert.Contains("# HELP active_connections Number of active WebSocket connections\n# TYPE active_connections gauge\nactive_connections ", text, StringComparison.Ordinal);
        Assert.Contains("# HELP game_rooms_active Number of active game rooms\n# TYPE game_rooms_active gauge\ngame_rooms_active ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/health/detailed", "uptime_seconds", "resources", "active_connections", "error_rates", "components")]
    [InlineData("/api/system/stats", "server", "connections", "rooms", "performance", "errors")]
    [InlineData("/api/recovery/status", "auto_recovery", "recent_actions", "failed_attempts", "stability_score")]
    [InlineData("/api/debug/room-stats", "rooms", "phase_distribution", "average_game_duration_seconds")]
    [InlineData("/api/event-store/stats", "total_events", "events_per_game_type", "storage_bytes", "compression_ratio")]
    public async Task LiapTuiDocuments_HoldWhatTheGuideLists(string path, params string[] properties)
    {
        var document = await JsonAsync("lt_server", path);
        Assert.All(properties, property => Assert.True(document.TryGetProperty(property, out _), property));
    }

    [Fact]
    public async Task Room_EventsAndState_AreOfOneGame()
    {
        fleet.Fleet.Find("liap-tui")!.Advance();
        var room = (await JsonAsync("lt_server", "/api/debug/room-stats")).GetProperty("rooms")[0].GetProperty("room_id").GetString();
        var events = (await JsonAsync("lt_server", $"/api/rooms/{room}/events")).GetProperty("events");
        var state = await JsonAsync("lt_server", $"/api/rooms/{room}/state");
        Assert.True(events.GetArrayLength() > 0);
        Assert.Equal(4, state.GetProperty("players").GetArrayLength());
    }

    [Theory]
    [InlineData("lt_server", "/api/rooms/ROOM_0/state")]
    [InlineData("cg_api", "/nothing")]
    public async Task UnknownThings_AreNotFound(string variable, string path)
    {
        using var response = await fleet.Client.GetAsync(fleet.Url(variable) + path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task CasesOpen_AnswersAfterItsSimulatedTime()
    {
        var started = TimeProvider.System.GetTimestamp();
        var opened = await JsonAsync("cg_api", "/cases/open");
        Assert.True(TimeProvider.System.GetElapsedTime(started).TotalSeconds >= 0.05);
        Assert.True(opened.GetProperty("simulated").GetBoolean());
        Assert.True(opened.GetProperty("currency_awarded").GetInt32() > 0);
    }

    [Fact]
    public async Task DebugConfig_ShowsNoSecret()
    {
        var text = await fleet.GetAsync("dd_backend", "/debug/config");
        Assert.Contains("\"password\":\"***\"", text, StringComparison.Ordinal);
        Assert.Contains("SIMULATED", await fleet.GetAsync("dd_backend", "/debug/pprof"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NbaAnswers_CarryTheResponseTime()
    {
        using var response = await fleet.Client.GetAsync(fleet.Url("nba_api") + "/health/detailed");
        Assert.Matches("^[0-9]+ms$", response.Headers.GetValues("X-Response-Time").Single());
        Assert.Contains("SIMULATED", await fleet.GetAsync("nba_api", "/docs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qn_particle")]
    [InlineData("qn_auth")]
    [InlineData("qn_chain")]
    public async Task ThirdParties_SayTheirStatus(string variable) =>
        Assert.Contains((await JsonAsync(variable, "")).GetProperty("status").GetString(), new[] { "operational", "healthy" });

    [Fact]
    public async Task Rpc_SaysTheBlockOfTheChain() =>
        Assert.StartsWith("0x", (await JsonAsync("qn_rpc", "")).GetProperty("result").GetString(), StringComparison.Ordinal);

    [Fact]
    public async Task Logs_AreJsonLinesOfTheGuidesForm()
    {
        var lines = (await fleet.GetAsync("lt_server", "/logs?tail=5")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var entry = JsonDocument.Parse(line).RootElement;
            Assert.All(new[] { "timestamp", "level", "correlation_id", "category", "event", "details" }, property => Assert.True(entry.TryGetProperty(property, out _), property));
        }
    }

    [Fact]
    public async Task GamePage_IsMarkedSimulated()
    {
        var page = await fleet.GetAsync("cg_app", "/");
        Assert.Contains("SIMULATED", page, StringComparison.Ordinal);
        Assert.Contains("requestAnimationFrame", page, StringComparison.Ordinal);
        using var opened = await fleet.Client.PostAsync(fleet.Url("cg_app") + "/cases/open", null);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
    }

    async Task<JsonElement> JsonAsync(string variable, string path) => JsonDocument.Parse(await fleet.GetAsync(variable, path)).RootElement;
}
