using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Http;
using OpsDashboard.Metrics.Collectors.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Json;

public sealed class JsonCollectorTests : IDisposable
{
    const string Rooms = """
        { "timestamp": "2026-11-22T03:00:00Z", "active_rooms": 2, "resources": { "cpu_percent": 12.5 }, "ok": true,
          "rooms": [ { "room_id": "r1", "state": "TURN", "players": 4, "bots": 1 }, { "room_id": "r2", "state": "WAITING", "players": 1, "bots": 0 } ],
          "phase_distribution": { "TURN": 1, "WAITING": 1 } }
        """;

    readonly CollectOnce collect = new();
    readonly CollectorHttp http = new();

    public void Dispose() => http.Dispose();

    async Task<CollectOutcome> CollectAsync(string yaml, LoopbackServer server)
    {
        var (options, problems) = Yaml.Read(new JsonKind(http), yaml);
        Assert.Empty(problems);
        await using (server)
            return await collect.RunAsync(new JsonKind(http), CollectOnce.Target("json", $"http://{server.Address}/api", options, server.Address));
    }

    [Fact]
    public async Task Mapping_PathsKeysAndItems_BecomeSamples()
    {
        var outcome = await CollectAsync("""
            document: rooms
            metrics:
              - { metric: rooms_active, path: $.active_rooms, help: Rooms. }
              - { metric: cpu_ratio, path: $.resources.cpu_percent, scale: 0.01 }
              - { metric: room_players, path: "$.rooms[*].players", labels: { room: "@.room_id", kind: human } }
              - { metric: rooms_by_phase, path: "$.phase_distribution.*", labels: { phase: $1 } }
              - { metric: room_open, path: "$.rooms[*].state", labels: { room: "@.room_id" }, values: { WAITING: 1, TURN: 0 } }
              - { metric: is_ok, path: $.ok }
              - { metric: missing, path: $.nowhere.to.be }
            """, LoopbackServer.Text(Rooms, "application/json"));
        Assert.Equal(CollectOutcome.Ok(9), outcome);
        Assert.Equal((2, 0.125, 1), (collect.Samples.Last("rooms_active"), collect.Samples.Last("cpu_ratio"), collect.Samples.Last("is_ok")));
        Assert.Equal((4, 1), (collect.Samples.Last("room_players", ("room", "r1"), ("kind", "human")), collect.Samples.Last("room_players", ("room", "r2"))));
        Assert.Equal(1, collect.Samples.Last("rooms_by_phase", ("phase", "WAITING")));
        Assert.Equal((0, 1), (collect.Samples.Last("room_open", ("room", "r1")), collect.Samples.Last("room_open", ("room", "r2"))));
        Assert.Empty(collect.Samples.Of("missing"));
    }

    [Fact]
    public async Task Document_IsKeptAsFiguresAndTables()
    {
        await CollectAsync("document: rooms", LoopbackServer.Text(Rooms, "application/json"));
        var kept = Assert.IsType<CollectedJson>(collect.Documents["rooms"]);
        Assert.Equal(["timestamp", "active_rooms", "resources / cpu_percent", "ok", "phase_distribution / TURN", "phase_distribution / WAITING"], kept.Figures.Select(figure => figure.Name));
        Assert.Equal(("12.5", 12.5), (kept.Figures[2].Text, kept.Figures[2].Number));
        var table = Assert.Single(kept.Tables);
        Assert.Equal(("rooms", 4, 2), (table.Title, table.Columns.Count, table.Rows.Count));
        Assert.Equal(["r2", "WAITING", 1.0, 0.0], table.Rows[1]);
    }

    [Fact]
    public async Task ComponentTree_IsFoundAndReported()
    {
        await CollectAsync("document: ''", LoopbackServer.Text("""
            { "status": "degraded", "uptime_seconds": 12, "components": {
                "api": { "status": "healthy", "latency_ms": 3 },
                "storage": { "checks": [ { "name": "disk", "status": "ok" }, { "name": "db", "status": "DOWN" } ] },
                "mystery": { "status": "purple" } } }
            """));
        var tree = Assert.IsType<ComponentTree>(collect.Documents[ComponentTree.DocumentName]);
        Assert.Equal((ComponentStatus.Degraded, "degraded", 3), (tree.Root.Status, tree.Root.Word, tree.Root.Parts.Count));
        Assert.Equal(new JsonFigure("latency_ms", "3", 3), tree.Root.Parts[0].Facts[0]);
        Assert.Equal(ComponentStatus.Unhealthy, tree.Root.Parts[1].Status);
        Assert.Equal((1, 0, 0), (collect.Samples.Last("reported_component_healthy", ("name", "api")), collect.Samples.Last("reported_component_healthy", ("name", "storage")), collect.Samples.Last("reported_component_healthy", ("name", "storage/db"))));
        Assert.DoesNotContain(collect.Samples.Of("reported_component_healthy"), sample => sample.Series.Labels["name"] == "mystery");
    }

    [Fact]
    public async Task BadStatusWithADocument_FailsButKeepsIt()
    {
        var outcome = await CollectAsync("document: health", LoopbackServer.Text("{\"status\":\"unhealthy\",\"components\":{\"db\":{\"status\":\"down\"}}}", status: "503 Service Unavailable"));
        Assert.Equal(CollectFailure.BadStatus, outcome.Failure);
        Assert.EndsWith("/api answered 503 Service Unavailable.", outcome.Reason);
        Assert.Equal(0, collect.Samples.Last("reported_component_healthy"));
        Assert.Contains("health", collect.Documents);
    }

    [Theory]
    [InlineData("<html>", "answered something that is no JSON (line 1, byte 1).")]
    [InlineData("{\"a\": 1", "answered something that is no JSON (line 1, byte 8).")]
    [InlineData("", "answered something that is no JSON (line 1, byte 1).")]
    public async Task Malformed_SaysWhere(string body, string reason)
    {
        var outcome = await CollectAsync("document: x", LoopbackServer.Text(body));
        Assert.Equal(CollectFailure.Malformed, outcome.Failure);
        Assert.EndsWith(reason, outcome.Reason);
        Assert.Empty(collect.Documents);
    }

    [Fact]
    public async Task DeeplyNested_IsRefusedNotOverflowing() =>
        Assert.Equal(CollectFailure.Malformed, (await CollectAsync("document: x", LoopbackServer.Text(new string('[', 5000)))).Failure);

    [Fact]
    public async Task TooLong_IsCut() =>
        Assert.Equal(CollectFailure.TooLarge, (await CollectAsync("{ document: x, body_size_limit: 1KB }", LoopbackServer.Text($"[\"{new string('x', 5000)}\"]"))).Failure);

    [Theory]
    [InlineData("$.a['b c'][0]", "{\"a\":{\"b c\":[7]}}", "7")]
    [InlineData("$.a[\"b\"]", "{\"a\":{\"b\":8}}", "8")]
    [InlineData("$", "9", "9")]
    [InlineData("$.a[5]", "{\"a\":[1]}", null)]
    [InlineData("$.a.b", "{\"a\":3}", null)]
    public void Path_Finds(string path, string json, string? found)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal(found, JsonPath.TryParse(path)!.Find(document.RootElement)?.GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("$..a")]
    [InlineData("$.a[")]
    [InlineData("$.a[-1]")]
    [InlineData("$.a['b]")]
    public void Path_Malformed_IsNone(string path) => Assert.Null(JsonPath.TryParse(path));

    [Theory]
    [InlineData("metrics: [ { metric: 'a b', path: $.a } ]", "`metric: a b` is no metric's name.")]
    [InlineData("metrics: [ { metric: a, path: a } ]", "`path: a` is no JSON path.")]
    [InlineData("metrics: [ { path: $.a } ]", "`metric` is missing.")]
    [InlineData("body_size_limit: huge", "`body_size_limit: huge` is not a size.")]
    public void ReadOptions_Wrong_IsReported(string yaml, string message) => Assert.StartsWith(message, Assert.Single(Yaml.Read(new JsonKind(http), yaml).Problems).Message);
}
