using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OpsDashboard.Audit;
using OpsDashboard.Tests.Metrics.Intake.Otlp;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs.Otlp;

public sealed class OtlpLogsEndpointTests : IClassFixture<TestApp>
{
    readonly TestApp app;
    readonly HttpClient client;

    public OtlpLogsEndpointTests(TestApp app)
    {
        this.app = app;
        app.ActsAs = null;
        client = app.Automation();
    }

    async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(byte[] body, string type = "application/x-protobuf", string query = "?system=shop")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await client.PostAsync($"/v1/logs{query}", content);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }

    async Task<JsonElement> FindAsync(string word) => await client.GetFromJsonAsync<JsonElement>($"/api/logs?q={word}");

    static byte[] Record(string text, long nano = 0) => Proto.Request(Proto.New.Attribute(1, "service.name", "api"), Proto.New.Fixed(1, nano).Varint(2, 17).In(5, Proto.New.Text(1, text)));

    [Fact]
    public async Task Good_Is200AndFound()
    {
        var (status, body) = await PostAsync(Record("otlpgood happened"));
        Assert.Equal((HttpStatusCode.OK, 0), (status, body.Length));
        var item = Assert.Single((await FindAsync("otlpgood")).GetProperty("items").EnumerateArray());
        Assert.Equal(("shop", "error", "api"), (item.GetProperty("system").GetString(), item.GetProperty("level").GetString(), item.GetProperty("component").GetString()));
    }

    [Fact]
    public async Task TooOld_Is200WithThePartialSuccess()
    {
        var json = Encoding.UTF8.GetBytes("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1000000000","body":{"stringValue":"otlpold"}},{"body":{"stringValue":"otlpnew"}}]}]}]}""");
        var (status, body) = await PostAsync(json, "application/json");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("1", JsonDocument.Parse(body).RootElement.GetProperty("partialSuccess").GetProperty("rejectedLogRecords").GetString());
        Assert.Single((await FindAsync("otlpnew")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task ForeignSystem_Is403AndStoresNothing()
    {
        app.ActsAs = new("sender", "Sender", ActorKind.Token, [new(Role.Responder, "shop")]);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(Record("otlpforeign"), query: "?system=game")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(Record("otlpforeign"), query: "")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Record("otlpown"))).Status);
        app.ActsAs = null;
        Assert.Empty((await FindAsync("otlpforeign")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Malformed_Is400()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync([0x0A, 0x7F, 1])).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("{"u8.ToArray(), "application/json")).Status);
    }
}
