using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Simulator;

public sealed class ControlTests(RunningFleet fleet) : IClassFixture<RunningFleet>
{
    [Theory]
    [InlineData("""{"kind":"melt"}""", "kind")]
    [InlineData("""{}""", "kind")]
    [InlineData("""{"kind":"slow","seconds":0}""", "seconds")]
    [InlineData("""{"kind":"slow","seconds":-1}""", "seconds")]
    [InlineData("""{"kind":"slow","seconds":3601}""", "seconds")]
    [InlineData("""{"kind":"slow","value":31}""", "value")]
    [InlineData("""{"kind":"errors","value":1.5}""", "value")]
    [InlineData("""{"kind":"crash","value":1}""", "value")]
    [InlineData("""{"kind":"slow","colour":"red"}""", "")]
    [InlineData("""{"kind":7}""", "")]
    [InlineData("""{"kind":"slow","value":1e999}""", "value")]
    [InlineData("not json", "")]
    [InlineData("null", "")]
    [InlineData("", "")]
    public async Task Inject_BadOrder_IsRefusedWithTheField(string body, string field)
    {
        using var response = await fleet.Control.PostAsync("/systems/quantum-nexus/faults", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal(field, errors[0].GetProperty("field").GetString());
        Assert.Equal("[]", await fleet.Control.GetStringAsync("/systems/quantum-nexus/faults"));
    }

    [Fact]
    public async Task Control_WithoutToken_IsRefused()
    {
        using var response = await fleet.Client.PostAsJsonAsync($"{fleet.Fleet.Control.Url}/systems/quantum-nexus/faults", new { kind = "crash" });
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Control_UnknownSystem_IsNotFound()
    {
        using var response = await fleet.Control.PostAsJsonAsync("/systems/nobody/faults", new { kind = "crash" });
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Crash_PortRefuses_AndAnswersAgainOnTheSamePortWhenItEnds()
    {
        var url = fleet.Url("dd_backend") + "/health";
        await fleet.InjectAsync("dnd-companion", new { kind = "crash", seconds = 600 });
        await Assert.ThrowsAsync<HttpRequestException>(() => fleet.Client.GetStringAsync(url));
        await Assert.ThrowsAsync<HttpRequestException>(() => fleet.GetAsync("dd_frontend", "/api/health"));
        Assert.NotEmpty(await fleet.GetAsync("dd_node", "/metrics"));
        await fleet.EndAsync("dnd-companion");
        Assert.Contains("ok", await fleet.Client.GetStringAsync(url), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hang_Accepts_AndAnswersWhenItEnds()
    {
        await fleet.InjectAsync("nba-projections", new { kind = "hang", seconds = 600 });
        var waiting = fleet.GetAsync("nba_api", "/health");
        Assert.NotEmpty(await fleet.GetAsync("nba_node", "/metrics"));
        Assert.False(waiting.IsCompleted);
        await fleet.EndAsync("nba-projections");
        Assert.Contains("healthy", await waiting.WaitAsync(Patience.Limit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GarbageOutput_Answers200WithHtml()
    {
        await fleet.InjectAsync("case-opening", new { kind = "garbageOutput", seconds = 600 });
        using var response = await fleet.Client.GetAsync(fleet.Url("cg_api") + "/metrics");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("<!DOCTYPE html>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await fleet.EndAsync("case-opening");
        ExpositionText.AssertWellFormed(await fleet.GetAsync("cg_api", "/metrics"));
    }

    [Fact]
    public async Task DatabaseGone_HealthAndDatabaseCheckFail()
    {
        await fleet.InjectAsync("quantum-nexus", new { kind = "databaseGone", seconds = 600 });
        foreach (var url in new[] { fleet.Url("qn_platform") + "/health", fleet.Url("qn_database_check") })
        {
            using var response = await fleet.Client.GetAsync(url);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }
        await fleet.EndAsync("quantum-nexus");
        Assert.Contains("healthy", await fleet.GetAsync("qn_platform", "/health"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crash_DatabaseAndCacheBesideTheProgram_GoOnAnswering()
    {
        await fleet.InjectAsync("nba-projections", new { kind = "crash", seconds = 600 });
        await Assert.ThrowsAsync<HttpRequestException>(() => fleet.GetAsync("nba_api", "/health"));
        Assert.Contains("healthy", await fleet.GetAsync("nba_database_check", ""), StringComparison.Ordinal);
        Assert.Contains("healthy", await fleet.GetAsync("nba_cache_check", ""), StringComparison.Ordinal);
        await fleet.EndAsync("nba-projections");
    }

    [Fact]
    public async Task ClockSkew_HealthTimestampIsStale()
    {
        await fleet.InjectAsync("liap-tui", new { kind = "clockSkew", seconds = 600, value = -600 });
        var asked = TimeProvider.System.GetUtcNow();
        var health = JsonDocument.Parse(await fleet.GetAsync("lt_server", "/api/health")).RootElement;
        Assert.InRange(health.GetProperty("timestamp").GetDateTimeOffset().AddMinutes(10), asked.AddSeconds(-2), TimeProvider.System.GetUtcNow().AddSeconds(2));
        await fleet.EndAsync("liap-tui");
    }

    [Fact]
    public async Task Faults_AreListedWithTheTimeLeft()
    {
        await fleet.InjectAsync("case-opening", new { kind = "frameDrop" });
        var fault = (await fleet.Control.GetFromJsonAsync<JsonElement>("/systems/case-opening/faults"))[0];
        Assert.Equal("frameDrop", fault.GetProperty("kind").GetString());
        Assert.Equal(24, fault.GetProperty("value").GetDouble());
        Assert.InRange(fault.GetProperty("secondsLeft").GetDouble(), 0, 120);
        using var response = await fleet.Control.DeleteAsync("/systems/case-opening/faults/frameDrop");
        Assert.Equal("[]", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Restart_CountersBeginAnew()
    {
        var before = await StartOfAsync();
        using var response = await fleet.Control.PostAsync("/systems/quantum-nexus/restart", null);
        response.EnsureSuccessStatusCode();
        Assert.True(await StartOfAsync() > before);
    }

    [Fact]
    public async Task Scale_RunsMoreInstances()
    {
        await fleet.Control.PostAsJsonAsync("/systems/liap-tui/scale", new { replicas = 5 });
        Assert.Equal(5, (await DescribeAsync("liap-tui")).GetProperty("replicas").GetInt32());
        using var refused = await fleet.Control.PostAsJsonAsync("/systems/liap-tui/scale", new { replicas = 0 });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Deploy_ThenRollBack_RunsTheEarlierVersion()
    {
        var before = (await DescribeAsync("nba-projections")).GetProperty("version").GetString();
        await fleet.Control.PostAsJsonAsync("/systems/nba-projections/deploy", new { version = "9.9.9" });
        Assert.Contains("build_info{version=\"9.9.9\",simulated=\"true\"} 1", await fleet.GetAsync("nba_api", "/metrics"), StringComparison.Ordinal);
        await fleet.Control.PostAsync("/systems/nba-projections/rollback", null);
        Assert.Equal(before, (await DescribeAsync("nba-projections")).GetProperty("version").GetString());
        using var refused = await fleet.Control.PostAsync("/systems/nba-projections/rollback", null);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    Task<JsonElement> DescribeAsync(string system) => fleet.Control.GetFromJsonAsync<JsonElement>($"/systems/{system}");

    async Task<DateTime> StartOfAsync() => (await DescribeAsync("quantum-nexus")).GetProperty("startedAt").GetDateTime();
}
