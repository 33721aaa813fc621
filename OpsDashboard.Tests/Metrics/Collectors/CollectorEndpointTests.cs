using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Audit;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors;

/// <summary>/api/collectors and /api/heartbeats over HTTP.</summary>
public sealed class CollectorEndpointTests
{
    static TestApp Start()
    {
        var app = new TestApp();
        var folder = Directory.CreateDirectory(Path.Combine(app.Systems, "shop")).FullName;
        File.WriteAllText(Path.Combine(folder, "system.yml"), "id: shop\nname: Shop\nshort: S\ndescription: A shop.\ncomponents: [ { id: api, name: API, kind: api } ]\n");
        File.WriteAllText(Path.Combine(folder, "targets.yml"), """
            scrape_configs:
              - { job_name: backup, component: api, kind: heartbeat, every: 1h, grace: 5m, static_configs: [ { targets: ["nightly"] } ] }
              - { job_name: door, component: api, kind: tcp, static_configs: [ { targets: ["127.0.0.1:1"] } ] }
            """);
        return app;
    }

    static async Task<JsonElement> ItemAsync(HttpClient client, string job) =>
        (await client.GetFromJsonAsync<JsonElement>("/api/collectors?system=shop")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("job").GetString() == job);

    [Fact]
    public async Task Collectors_ListReadPauseResume()
    {
        await using var app = Start();
        using var client = app.Automation();
        var id = (await ItemAsync(client, "door")).GetProperty("id").GetString();
        Assert.Equal("shop/api/door/127.0.0.1:1", id);
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((await ItemAsync(client, "door")).GetProperty("health").GetString() != "failing")
            await pause.WaitForNextTickAsync(limit.Token);

        var paused = await client.PostAsJsonAsync($"/api/collectors/{id}/pause", new { reason = "moved" });
        Assert.Equal("moved", (await paused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("paused").GetProperty("reason").GetString());
        Assert.Equal("unknown", (await client.GetFromJsonAsync<JsonElement>($"/api/collectors/{id}")).GetProperty("health").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync($"/api/collectors/shop/api/backup/nightly/pause", new { reason = new string('x', 501) })).StatusCode);
        Assert.Equal(JsonValueKind.Null, (await (await client.PostAsync($"/api/collectors/{id}/resume", null)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("paused").ValueKind);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/collectors/shop/api/door/nowhere")).StatusCode);
        foreach (var wrong in new[] { "limit=0", "limit=x", "health=fine" })
            Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/api/collectors?{wrong}")).StatusCode);

        app.ActsAs = new Actor("ada", "Ada", ActorKind.Person, [new(Role.Viewer, "shop")]);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync($"/api/collectors/{id}/pause", null)).StatusCode);
        app.ActsAs = new Actor("bob", "Bob", ActorKind.Person, [new(Role.Admin, "other")]);
        Assert.Empty((await client.GetFromJsonAsync<JsonElement>("/api/collectors")).GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync($"/api/collectors/{id}")).StatusCode);
    }

    [Fact]
    public async Task Heartbeat_ReportsAreKept_WrongOnesRefused()
    {
        await using var app = Start();
        using var client = app.Automation();
        var status = async (string path, object body) => (await client.PostAsJsonAsync($"/api/heartbeats/{path}", body)).StatusCode;
        Assert.Equal(HttpStatusCode.NoContent, await status("shop/nightly", new { failed = false, seconds = 12.5, message = "all well" }));
        Assert.Equal(HttpStatusCode.NotFound, await status("shop/none", new { }));
        Assert.Equal(HttpStatusCode.BadRequest, await status("shop/nightly", new { seconds = -1 }));
        Assert.Equal(HttpStatusCode.BadRequest, await status("shop/nightly", new { message = new string('x', 501) }));
        app.ActsAs = new Actor("ada", "Ada", ActorKind.Person, [new(Role.Admin, "other")]);
        Assert.Equal(HttpStatusCode.Forbidden, await status("shop/nightly", new { }));
    }
}
