using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Tests.Alerts.Routing;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.External;

/// <summary>Alertmanager's API as its clients use it: amtool and a Prometheus, both real.</summary>
public sealed class AlertmanagerApiTests
{
    [Fact]
    public async Task PostedAlerts_AreShown_Updated_AndEnd()
    {
        using var program = new TestProgram();
        using var client = program.Automation();
        var labels = new { alertname = "DiskFull", system = "shop", severity = "critical" };
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsJsonAsync("/api/v2/alerts", new[] { new { labels, annotations = new { summary = "disk is full" }, generatorURL = "http://prometheus:9090/graph" } })).StatusCode);
        await client.PostAsJsonAsync("/api/v2/alerts", new[] { new { labels, annotations = new { summary = "disk is fuller" } } });
        var shown = Assert.Single((await client.GetFromJsonAsync<JsonElement>("/api/v2/alerts?filter=system=shop")).EnumerateArray());
        Assert.Equal(("disk is fuller", "active", "in-app"), (shown.GetProperty("annotations").GetProperty("summary").GetString(), shown.GetProperty("status").GetProperty("state").GetString(), shown.GetProperty("receivers")[0].GetProperty("name").GetString()));
        var own = (await client.GetFromJsonAsync<JsonElement>("/api/alerts?system=shop")).GetProperty("items")[0];
        Assert.Equal("external", own.GetProperty("origin").GetString());
        var group = Assert.Single((await client.GetFromJsonAsync<JsonElement>("/api/v2/alerts/groups?filter=system=shop")).EnumerateArray());
        Assert.Equal("DiskFull", group.GetProperty("labels").GetProperty("alertname").GetString());

        await client.PostAsJsonAsync("/api/v2/alerts", new[] { new { labels, startsAt = "2020-01-01T00:00:00Z", endsAt = "2020-01-02T00:00:00Z" } });
        Assert.Empty((await client.GetFromJsonAsync<JsonElement>("/api/v2/alerts?filter=system=shop")).EnumerateArray());
    }

    [Theory]
    [InlineData("[{\"labels\":{}}]", "at least one label pair required")]
    [InlineData("[{\"labels\":{\"a b\":\"x\"}}]", "invalid label name")]
    [InlineData("[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-01-02T00:00:00Z\",\"endsAt\":\"2026-01-01T00:00:00Z\"}]", "start time must be before end time")]
    [InlineData("{", "bad request")]
    public async Task WrongAlerts_AreRefused_InAlertmanagersWords(string body, string words)
    {
        using var program = new TestProgram();
        using var client = program.Automation();
        var answer = await client.PostAsync("/api/v2/alerts", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, await answer.Content.ReadFromJsonAsync<string>());
    }

    [Fact]
    public async Task ExternalLabels_AreShownFilteredAndSilenced_AndOurOwnApiDoesWithout()
    {
        using var program = new TestProgram(new() { ["Notifications:ExternalLabels:cluster"] = "eu" });
        using var client = program.Automation();
        await client.PostAsJsonAsync("/api/v2/alerts", new[] { new { labels = new { alertname = "FromOutside", system = "shop" } } });
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        JsonElement shown;
        while ((shown = await client.GetFromJsonAsync<JsonElement>("/api/v2/alerts?filter=cluster=eu")).GetArrayLength() == 0)
            await pause.WaitForNextTickAsync(limit.Token);
        // What another Prometheus sent has the labels that it was sent with.
        var watchdog = Assert.Single(shown.EnumerateArray());
        Assert.Equal(("Watchdog", "eu"), (watchdog.GetProperty("labels").GetProperty("alertname").GetString(), watchdog.GetProperty("labels").GetProperty("cluster").GetString()));
        Assert.Single((await client.GetFromJsonAsync<JsonElement>("/api/v2/alerts/groups?filter=cluster=eu")).EnumerateArray());
        Assert.DoesNotContain("cluster", await client.GetStringAsync("/api/v1/alerts"));

        var silence = new { matchers = new[] { new { name = "cluster", value = "eu", isRegex = false } }, endsAt = TimeProvider.System.GetUtcNow().AddHours(1), createdBy = "ada", comment = "because" };
        (await client.PostAsJsonAsync("/api/v2/silences", silence)).EnsureSuccessStatusCode();
        watchdog = Assert.Single((await client.GetFromJsonAsync<JsonElement>("/api/v2/alerts?filter=cluster=eu")).EnumerateArray());
        Assert.Equal("suppressed", watchdog.GetProperty("status").GetProperty("state").GetString());
    }

    [AmtoolFact]
    public async Task Amtool_AddsAlerts_SilencesAndExpires()
    {
        await using var program = await StartAsync();
        var amtool = await AmtoolAsync(program);
        async Task<string> Say(params string[] arguments) => await amtool(arguments);
        await Say("alert", "add", "alertname=Heap", "system=shop", "severity=critical", "--annotation=summary=heap is full");
        Assert.Contains("Heap", await Say("alert", "query", "severity=critical"));
        var id = (await Say("silence", "add", "system=shop", "alertname=~He.*", "--comment=deploying", "--duration=1h")).Trim();
        Assert.True(Guid.TryParse(id, out _), id);
        Assert.Contains("deploying", await Say("silence", "query"));
        Assert.DoesNotContain("Heap", await Say("alert", "query"));
        Assert.Contains("Heap", await Say("alert", "query", "--silenced"));
        await Say("silence", "expire", id);
        Assert.Contains("Heap", await Say("alert", "query"));
        Assert.Contains("in-app", await program.GetAsync("/api/v2/receivers"));
    }

    [AlertingPrometheusFact]
    public async Task RealPrometheus_SendsItsAlertsHere()
    {
        await using var program = await StartAsync();
        var folder = RealServer.TemporaryFolder("prometheus");
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), "groups: [{ name: g, interval: 1s, rules: [{ alert: FromOutside, expr: vector(1), labels: { severity: warning, system: shop }, annotations: { summary: it is so } }] }]");
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), $$"""
            rule_files: [rules.yml]
            alerting:
              alertmanagers:
                - authorization: { credentials: {{RunningProgram.ApiToken}} }
                  api_version: v2
                  static_configs: [{ targets: ['127.0.0.1:{{program.Port}}'] }]
            """);
        var port = RealServer.FreePort();
        using var prometheus = RealServer.Start(PrometheusServer.Binary("prometheus")!, $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error");
        try
        {
            using var limit = new CancellationTokenSource(Patience.Limit);
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            string shown;
            while (!(shown = await program.GetAsync("/api/alerts")).Contains("FromOutside", StringComparison.Ordinal))
                await pause.WaitForNextTickAsync(limit.Token);
            Assert.Contains("it is so", shown);
        }
        finally
        {
            RealServer.Kill(prometheus);
        }
    }

    [Fact]
    public async Task Silence_OverAlertmanagersApi_IsOneOfOurs()
    {
        using var program = new TestProgram();
        using var client = program.Automation();
        var body = new { matchers = new[] { new { name = "system", value = "shop", isRegex = false } }, startsAt = TimeProvider.System.GetUtcNow(), endsAt = TimeProvider.System.GetUtcNow().AddHours(1), createdBy = "ada", comment = "because" };
        var id = (await (await client.PostAsJsonAsync("/api/v2/silences", body)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("silenceID").GetGuid();
        var silence = Assert.Single(program.Services.GetRequiredService<SilenceBook>().Active);
        Assert.Equal((id, "because (ada)"), (silence.Id, silence.Reason));
        var read = await client.GetFromJsonAsync<JsonElement>($"/api/v2/silence/{id}");
        Assert.Equal(("active", true), (read.GetProperty("status").GetProperty("state").GetString(), read.GetProperty("matchers")[0].GetProperty("isEqual").GetBoolean()));
        Assert.Equal(HttpStatusCode.OK, (await client.DeleteAsync($"/api/v2/silence/{id}")).StatusCode);
        Assert.Equal("expired", (await client.GetFromJsonAsync<JsonElement>("/api/v2/silences"))[0].GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v2/silence/{Guid.NewGuid()}")).StatusCode);
        Assert.Equal("disabled", (await client.GetFromJsonAsync<JsonElement>("/api/v2/status")).GetProperty("cluster").GetProperty("status").GetString());
    }

    sealed class Running(RunningProgram program) : IAsyncDisposable
    {
        readonly HttpClient client = new() { BaseAddress = new(program.Address), DefaultRequestHeaders = { Authorization = new("Bearer", RunningProgram.ApiToken) } };

        public int Port => program.Port;

        public string Address => program.Address;

        public Task<string> GetAsync(string path) => client.GetStringAsync(path);

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await program.DisposeAsync();
        }
    }

    static async Task<Running> StartAsync() => new(await RunningProgram.StartAsync(new Dictionary<string, string>
    {
        ["Simulator__Enabled"] = "false",
        ["Catalogue__Environment"] = "test",
        ["Catalogue__Path"] = RealServer.TemporaryFolder("empty-catalogue"),
    }));

    static async Task<Func<string[], Task<string>>> AmtoolAsync(Running program)
    {
        var file = Path.Combine(RealServer.TemporaryFolder("amtool"), "http.yml");
        await File.WriteAllTextAsync(file, $"authorization: {{ credentials: {RunningProgram.ApiToken} }}\n");
        return arguments => RealServer.RunAsync(AmtoolFactAttribute.Amtool!, [$"--alertmanager.url={program.Address}", $"--http.config.file={file}", "--timeout=100s", .. arguments]);
    }
}

/// <summary>A test that needs a real Prometheus that evaluates rules.</summary>
public sealed class AlertingPrometheusFactAttribute : FactAttribute
{
    public AlertingPrometheusFactAttribute() => Skip = RealServer.SkipUnless(PrometheusServer.Binary("prometheus"), "Prometheus");
}
