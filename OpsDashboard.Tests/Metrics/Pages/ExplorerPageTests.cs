using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Metrics;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Pages;

public sealed class ExplorerPageTests : IClassFixture<TestApp>
{
    readonly TestApp app;
    readonly HttpClient client;

    public ExplorerPageTests(TestApp app)
    {
        this.app = app;
        app.ActsAs = null;
        client = app.Automation();
        var appender = app.Services.GetRequiredService<ISampleAppender>();
        appender.Append([new(appender.Resolve(Labels.Of("explorer_load", ("system", "shop"), ("host", "<b>a</b>"))), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 500, 1234)]);
    }

    async Task<string> PageAsync(string query)
    {
        using var response = await client.GetAsync($"/metrics-explorer{query}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task Page_WithoutExpression_ListsMetrics() => Assert.Contains("explorer_load", await PageAsync(""));

    [Fact]
    public async Task Page_WithExpression_ShowsChartAndValuesEscaped()
    {
        var html = await PageAsync("?expr=explorer_load");
        Assert.Contains("<live-chart", html);
        Assert.Contains("&lt;b&gt;a&lt;/b&gt;", html);
        Assert.DoesNotContain("<b>a</b>", html);
    }

    [Fact]
    public async Task Page_WithWrongExpression_MarksThePlace()
    {
        var html = await PageAsync("?expr=sum(explorer_load))");
        Assert.Contains("At character 19", html);
        Assert.Contains("<mark>)</mark>", html);
        Assert.DoesNotContain("<live-chart", html);
    }

    [Fact]
    public async Task Page_WithRangeVector_SaysThatThereIsNoChart() => Assert.Contains("which has no chart", await PageAsync("?expr=explorer_load[1m]"));

    [Fact]
    public async Task Pins_OverHttp_AreKeptAndShown()
    {
        using var pinned = await client.PostAsJsonAsync("/api/pins", new { title = "Own load", expression = "explorer_load", unit = "bytes" });
        Assert.Equal(HttpStatusCode.Created, pinned.StatusCode);
        Assert.Contains("Own load", await PageAsync("?tab=mine"));
        var list = await client.GetFromJsonAsync<JsonElement>("/api/pins");
        Assert.Equal("bytes", list.GetProperty("items")[0].GetProperty("unit").GetString());
        using var removed = await client.DeleteAsync(pinned.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var wrong = await client.PostAsJsonAsync("/api/pins", new { title = "", expression = "sum(" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }
}
