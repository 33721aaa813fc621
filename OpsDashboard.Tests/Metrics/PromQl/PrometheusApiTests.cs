using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.PromQl;

public sealed class PrometheusApiTests : IClassFixture<TestApp>
{
    readonly TestApp app;
    readonly HttpClient client;
    readonly long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1000;

    public PrometheusApiTests(TestApp app)
    {
        this.app = app;
        app.ActsAs = null;
        client = app.Automation();
        var appender = app.Services.GetRequiredService<ISampleAppender>();
        PendingSample At(string system, double value) => new(appender.Resolve(Labels.Of("api_test_load", ("system", system), ("host", "a"))), now - 1000, value);
        appender.Append([At("shop", 1.5), At("game", double.PositiveInfinity), new(appender.Resolve(Labels.Of("api_test_load", ("host", "stranger"))), now - 1000, 7)]);
        appender.Describe(new("api_test_load", MetricKind.Gauge, "How much."));
    }

    string Seconds(long milliseconds) => (milliseconds / 1000).ToString(System.Globalization.CultureInfo.InvariantCulture);

    async Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(string path)
    {
        using var response = await client.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    [Fact]
    public async Task Query_Instant_AnswersInPrometheusEnvelope()
    {
        using var response = await client.GetAsync($"/api/v1/query?query=api_test_load{{system=\"shop\"}}&time={Seconds(now)}");
        Assert.Equal($$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"api_test_load","host":"a","system":"shop"},"value":[{{{Seconds(now)}}},"1.5"]}]}}""",
            await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Query_PostedForm_AnswersAlike()
    {
        using var form = new FormUrlEncodedContent([new("query", "api_test_load{system=\"game\"}"), new("time", Seconds(now))]);
        using var response = await client.PostAsync("/api/v1/query", form);
        var json = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("+Inf", json.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString());
    }

    [Theory]
    [InlineData("1+1", "scalar", "2")]
    [InlineData("\"text\"", "string", "text")]
    public async Task Query_WithoutSeries_AnswersPlainValue(string query, string type, string value)
    {
        var (_, json) = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}&time=1.5");
        Assert.Equal(type, json.GetProperty("data").GetProperty("resultType").GetString());
        Assert.Equal("1.500", json.GetProperty("data").GetProperty("result")[0].GetRawText());
        Assert.Equal(value, json.GetProperty("data").GetProperty("result")[1].GetString());
    }

    [Fact]
    public async Task QueryRange_Steps_AnswersMatrix()
    {
        var (_, json) = await GetAsync($"/api/v1/query_range?query=sum(api_test_load{{system=\"shop\"}})&start={Seconds(now)}&end={Seconds(now + 2000)}&step=1s");
        Assert.Equal("matrix", json.GetProperty("data").GetProperty("resultType").GetString());
        Assert.Equal(3, json.GetProperty("data").GetProperty("result")[0].GetProperty("values").GetArrayLength());
    }

    [Theory]
    [InlineData("query?query=sum(", 400, "bad_data", "invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis, expected \")\"")]
    [InlineData("query?query=a%0A%2B%2B%2B)", 400, "bad_data", "invalid parameter \"query\": 2:4: parse error: unexpected right parenthesis ')'")]
    [InlineData("query?query=", 400, "bad_data", "invalid parameter \"query\": 1:1: parse error: no expression found in input")]
    [InlineData("query?query=1&time=soon", 400, "bad_data", "invalid parameter \"time\": cannot parse \"soon\" to a valid timestamp")]
    [InlineData("query_range?query=1&start=2&end=1&step=1", 400, "bad_data", "invalid parameter \"end\": end timestamp must not be before start time")]
    [InlineData("query_range?query=1&start=0&end=1&step=0", 400, "bad_data", "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer")]
    [InlineData("query_range?query=1&start=0&end=20000&step=1", 400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")]
    [InlineData("query?query=-%7Bhost%3D~%22.%2B%22%7D%20%2B%20on()%20%7Bhost%3D~%22.%2B%22%7D", 422, "execution", null)]
    [InlineData("series", 400, "bad_data", "no match[] parameter provided")]
    public async Task Request_NotAnswerable_SaysWhyAsPrometheus(string path, int status, string type, string? message)
    {
        var (code, json) = await GetAsync($"/api/v1/{path}");
        Assert.Equal((HttpStatusCode)status, code);
        Assert.Equal("error", json.GetProperty("status").GetString());
        Assert.Equal(type, json.GetProperty("errorType").GetString());
        if (message is not null)
            Assert.Equal(message, json.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Catalogues_OfLabelsAndSeries_ListWhatIsThere()
    {
        var (_, values) = await GetAsync("/api/v1/label/system/values?match[]=api_test_load");
        Assert.Equal(["game", "shop"], values.GetProperty("data").EnumerateArray().Select(value => value.GetString()));
        var (_, names) = await GetAsync("/api/v1/labels?match[]=api_test_load");
        Assert.Equal(["__name__", "host", "system"], names.GetProperty("data").EnumerateArray().Select(value => value.GetString()));
        var (_, series) = await GetAsync("/api/v1/series?match[]=api_test_load&limit=2");
        Assert.Equal(2, series.GetProperty("data").GetArrayLength());
        Assert.Equal("results truncated due to limit", series.GetProperty("warnings")[0].GetString());
        var (_, metadata) = await GetAsync("/api/v1/metadata?metric=api_test_load");
        Assert.Equal("""[{"type":"gauge","help":"How much.","unit":""}]""", metadata.GetProperty("data").GetProperty("api_test_load").GetRawText());
        var (_, targets) = await GetAsync("/api/v1/targets");
        Assert.Equal(JsonValueKind.Array, targets.GetProperty("data").GetProperty("activeTargets").ValueKind);
        var (_, build) = await GetAsync("/api/v1/status/buildinfo");
        Assert.StartsWith("3.", build.GetProperty("data").GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("query?query=api_test_load")]
    [InlineData("query?query=sum({__name__=~\".%2B\"}) by (system)")]
    [InlineData("query?query=api_test_load{system=\"game\"} or api_test_load")]
    [InlineData("query?query=max_over_time(api_test_load[5m:1s])")]
    [InlineData("query?query=api_test_load[1m]")]
    [InlineData("series?match[]=api_test_load")]
    [InlineData("label/system/values")]
    [InlineData("label/host/values")]
    public async Task Viewer_OfOneSystem_SeesNothingOfOthers(string path)
    {
        app.ActsAs = new("viewer", "Viewer", ActorKind.Person, [new(Role.Viewer, "shop")]);
        using var response = await client.GetAsync($"/api/v1/{path}");
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("game", text);
        Assert.DoesNotContain("stranger", text);
        Assert.NotEmpty(JsonDocument.Parse(text).RootElement.GetProperty("data").ToString());
    }

    [Fact]
    public async Task Stranger_AnyPath_Is401()
    {
        using var stranger = app.Stranger();
        foreach (var path in new[] { "query?query=1", "query_range", "series", "labels", "label/a/values", "metadata", "targets", "status/buildinfo" })
        {
            using var response = await stranger.GetAsync($"/api/v1/{path}");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task Actor_WithoutGrants_Is403()
    {
        app.ActsAs = new("nobody", "Nobody", ActorKind.Person, []);
        using var response = await client.GetAsync("/api/v1/query?query=1");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Queries_WithoutAPlaceInTime_Are503InPrometheusShape()
    {
        await using var busy = new TestProgram(new() { ["Queries:Total"] = "1", ["Queries:MaxWait"] = "00:00:00.020" });
        using var automation = busy.Automation();
        using var taken = await busy.Services.GetRequiredService<QueryQueue>().EnterAsync("someone else", default);
        foreach (var path in new[] { "/api/v1/query?query=1", "/api/v1/query_range?query=1&start=0&end=10&step=1", "/api/v1/series?match[]=up", "/api/v1/labels" })
        {
            using var response = await automation.GetAsync(path);
            var json = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("error", json.GetProperty("status").GetString());
            Assert.Equal("timeout", json.GetProperty("errorType").GetString());
            Assert.Contains("query queue", json.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
        using var chart = await automation.GetAsync("/api/charts/history?expr=1&from=0&to=10000&step=1000");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, chart.StatusCode);
        Assert.NotNull(chart.Headers.RetryAfter);
    }
}
