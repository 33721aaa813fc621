using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OpsDashboard.Audit;
using OpsDashboard.Security;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Security;

/// <summary>The signals over a running program, fed through its own intake.</summary>
public sealed class SecuritySignalTests : IClassFixture<TestApp>
{
    readonly TestApp app;
    readonly HttpClient client;

    public SecuritySignalTests(TestApp app)
    {
        this.app = app;
        app.ActsAs = null;
        client = app.Automation();
    }

    async Task SendAsync(string system, params object[] lines)
    {
        var text = string.Concat(lines.Select(line => JsonSerializer.Serialize(line) + "\n"));
        using var content = new StringContent(text, Encoding.UTF8, "application/x-ndjson");
        using var response = await client.PostAsync($"/api/ingest/logs?system={system}", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    async Task<JsonElement> SignalsAsync(string query = "?range=1h") => await client.GetFromJsonAsync<JsonElement>($"/api/security/signals{query}");

    static JsonElement Signal(JsonElement answer, string id) => answer.GetProperty("signals").EnumerateArray().Single(signal => signal.GetProperty("id").GetString() == id);

    static object Event(string name, string ip) => new { level = "WARN", category = "security_event", @event = name, details = new { ip } };

    [Fact]
    public async Task Signals_OfTheGuidesEvents_AreCountedWithTheirAddresses()
    {
        await SendAsync("guides", Event("AUTH_FAILED", "203.0.113.9"), Event("authentication_failed", "203.0.113.9"), Event("SUSPICIOUS", "203.0.113.77"), Event("CASE_ACCESS_DENIED", "2001:db8:7:1::5"),
            Event("BALANCE_MANIPULATION", "2001:db8:7:2::6"), Event("rate_limited", "not an address"), new { category = "access", status = 403, ip = "203.0.113.9" }, new { category = "access", status = 200, ip = "192.0.2.1" });
        var answer = await SignalsAsync("?range=1h&system=guides");
        Assert.Equal([2, 1, 1, 1, 1, 1], answer.GetProperty("signals").EnumerateArray().Select(signal => signal.GetProperty("lines").GetInt64()));
        Assert.Equal(0, Signal(answer, "failed-logins").GetProperty("before").GetInt64());
        Assert.Equal("authentication_failed", Signal(answer, "failed-logins").GetProperty("latest")[0].GetProperty("event").GetString());
        Assert.Equal(2, Signal(answer, "failed-logins").GetProperty("bars").EnumerateArray().Sum(bar => bar.GetInt64()));
        var addresses = answer.GetProperty("addresses");
        Assert.Equal(("203.0.113.9", 3), (addresses.GetProperty("addresses")[0].GetProperty("address").GetString(), addresses.GetProperty("addresses")[0].GetProperty("lines").GetInt32()));
        Assert.Equal([("203.0.113.0/24", 4, 2), ("2001:db8:7::/48", 2, 2)], addresses.GetProperty("networks").EnumerateArray().Select(network => (network.GetProperty("network").GetString(), network.GetProperty("lines").GetInt32(), network.GetProperty("addresses").GetInt32())));
    }

    [Fact]
    public async Task Signals_AreOnlyThoseOfTheActorsSystems()
    {
        await SendAsync("mine", Event("AUTH_FAILED", "192.0.2.5"));
        await SendAsync("foreign", Event("AUTH_FAILED", "192.0.2.6"));
        app.ActsAs = new("reader", "Reader", ActorKind.Person, [new(Role.Viewer, "mine")]);
        var answer = await SignalsAsync();
        Assert.Equal(1, Signal(answer, "failed-logins").GetProperty("lines").GetInt64());
        Assert.DoesNotContain("192.0.2.6", answer.GetRawText(), StringComparison.Ordinal);
        using var refused = await client.GetAsync("/api/security/signals?system=foreign");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Theory]
    [InlineData("range=soon")]
    [InlineData("range=9999d")]
    public async Task Signals_OfAWrongRange_Are400(string query)
    {
        using var response = await client.GetAsync($"/api/security/signals?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"range\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3::9", "2001:db8:1::/48")]
    public void Network_OfAnAddress(string address, string network) => Assert.Equal(network, AddressReader.Network(address));

    [Theory]
    [InlineData(100, 50.0, 2.0, true)]
    [InlineData(60, 50.0, 4.0, false)]
    [InlineData(55, 50.0, 0.0, false)]
    [InlineData(1, 50.0, 4.0, true)]
    [InlineData(100, null, null, false)]
    public void Traffic_FarFromUsual_IsUnusual(double now, double? usual, double? deviation, bool isUnusual) => Assert.Equal(isUnusual, new SystemTraffic("shop", now, usual, deviation).IsUnusual);
}
