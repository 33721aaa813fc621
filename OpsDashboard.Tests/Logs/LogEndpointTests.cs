using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs;

public sealed class LogEndpointTests : IClassFixture<TestApp>
{
    readonly TestApp app;
    readonly HttpClient client;
    readonly DateTimeOffset now = TimeProvider.System.Now();

    public LogEndpointTests(TestApp app)
    {
        this.app = app;
        app.ActsAs = null;
        client = app.Automation();
    }

    async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(byte[] body, string query = "", string type = "application/x-ndjson", string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        using var response = await client.PostAsync($"/api/ingest/logs{query}", content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(string body, string query = "", string type = "application/x-ndjson") => SendAsync(Encoding.UTF8.GetBytes(body), query, type);

    async Task<JsonElement[]> FindAsync(string query)
    {
        var found = await client.GetFromJsonAsync<JsonElement>($"/api/logs?{query}");
        return [.. found.GetProperty("items").EnumerateArray()];
    }

    string Line(string message, string system = "shop", string more = "") => $$"""{"timestamp":"{{now:O}}","level":"ERROR","system":"{{system}}","msg":"{{message}}"{{more}}}""" + "\n";

    [Fact]
    public async Task Ingest_JsonLines_AreFoundByEveryFilter()
    {
        var (status, json) = await SendAsync(Line("alpha one", more: """,  "correlation_id":"c-77","category":"game","event":"play","details":{"duration_ms":12.5}""") + "\r\n" + Line("alpha two", "bar"));
        Assert.Equal((HttpStatusCode.OK, 2), (status, json.GetProperty("stored").GetInt32()));
        foreach (var query in (string[])["q=alpha+one", "q=ALPHA&system=shop", "correlationId=c-77", "category=game&event=play&q=alpha", "field.duration_ms=12.5&level=error&q=alpha", $"q=\"alpha+one\"&from={Uri.EscapeDataString($"{now.AddSeconds(-1):O}")}&to={now.AddSeconds(1).ToUnixTimeMilliseconds()}", "levels=error,fatal&q=one+alpha&range=1h"])
            Assert.Equal("alpha one", Assert.Single(await FindAsync(query)).GetProperty("message").GetString());
        Assert.Empty(await FindAsync("q=alpha&case=1&level=fatal"));
        var line = (await FindAsync("correlationId=c-77"))[0];
        Assert.Equal(("12.5", "http", "error", "shop"), (line.GetProperty("fields").GetProperty("details.duration_ms").GetString(), line.GetProperty("source").GetString(), line.GetProperty("level").GetString(), line.GetProperty("system").GetString()));
        var one = await client.GetFromJsonAsync<JsonElement>($"/api/logs/{line.GetProperty("id").GetString()}");
        Assert.Equal("alpha one", one.GetProperty("message").GetString());
        var chain = await client.GetFromJsonAsync<JsonElement>("/api/logs/chain/c-77");
        Assert.Single(chain.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Ingest_OneBadLine_StoresNothingAndNamesEach()
    {
        var (status, json) = await SendAsync(Line("bad batch") + "no json\n" + Line("bad batch") + "[1]\n" + """{"timestamp":"2020-01-01T00:00:00Z","msg":"bad batch"}""" + "\n{\"half\":");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["line 2: is no JSON object.", "line 4: is no JSON object.", "line 5: is older than lines are kept.", "line 6: is no JSON object."],
            json.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("field").GetString()}: {error.GetProperty("message").GetString()}"));
        Assert.Empty(await FindAsync("q=\"bad+batch\""));
    }

    [Fact]
    public async Task Ingest_TextAndGzip_AreTaken()
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("10.9.9.9 - eve [20/Nov/2099:03:00:00 +0000] \"GET /x HTTP/1.1\" 401 12\nplain text line\n", "?system=web&component=nginx", "text/plain; charset=utf-8")).Status);
        var denied = Assert.Single(await FindAsync("saved=denied-requests&system=web"));
        Assert.Equal(("10.9.9.9", "eve", "/x", "nginx"), (denied.GetProperty("fields").GetProperty("ip").GetString(), denied.GetProperty("fields").GetProperty("user").GetString(), denied.GetProperty("fields").GetProperty("path").GetString(), denied.GetProperty("component").GetString()));
        Assert.Equal(["futureTime"], denied.GetProperty("flaws").EnumerateArray().Select(flaw => flaw.GetString()));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Line("was packed")));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(packed.ToArray(), encoding: "gzip")).Status);
        Assert.Single(await FindAsync("q=packed"));
    }

    [Fact]
    public async Task Ingest_WhatCannotBeTaken_SaysWhy()
    {
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync("x", type: "text/html")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync([1], encoding: "br")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync([1, 2, 3], encoding: "gzip")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await SendAsync(new byte[(10 << 20) + 1])).Status);
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var i = 0; i < 11; i++)
                await gzip.WriteAsync(new byte[1 << 20]);
        }
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await SendAsync(bomb.ToArray(), encoding: "gzip")).Status);
    }

    [Fact]
    public async Task Access_OtherSystems_AreNeitherWrittenNorRead()
    {
        await SendAsync(Line("kept apart", "mine") + Line("kept apart", "theirs"));
        app.ActsAs = new("p", "P", ActorKind.Person, [new(Role.Responder, "mine")]);
        try
        {
            Assert.Equal(["mine"], (await FindAsync("q=\"kept+apart\"")).Select(line => line.GetProperty("system").GetString()));
            using var refused = await client.GetAsync("/api/logs?system=theirs");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(Line("written", "mine"))).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(Line("slipped in", "mine") + Line("slipped in", "theirs"))).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync("{\"msg\":\"slipped in\"}")).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(Line("slipped in", "mine"), "?system=theirs")).Status);
            app.ActsAs = new("p", "P", ActorKind.Person, [new(Role.Viewer, "mine")]);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(Line("slipped in", "mine"))).Status);
        }
        finally
        {
            app.ActsAs = null;
        }
        Assert.Empty(await FindAsync("q=slipped"));
    }

    [Fact]
    public async Task Search_Pages_AndBadParametersAreAllNamed()
    {
        await SendAsync(string.Concat(Enumerable.Range(0, 25).Select(i => Line($"paged line {i}"))), "?system=pages");
        var seen = new List<string?>();
        string? next = null;
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/api/logs?system=pages&limit=10{(next is null ? "" : $"&cursor={next}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("message").GetString()));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        Assert.Equal(25, seen.Distinct().Count());
        using var refused = await client.GetAsync("/api/logs?level=loud&from=yesterday&saved=none&range=1y");
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(["from", "level", "range", "saved"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()).Order());
    }

    [Fact]
    public async Task CountsPatternsAndExport_AgreeWithTheSearch()
    {
        await SendAsync(string.Concat(Enumerable.Range(0, 7).Select(i => Line($"order {i} paid", "bank", $$""","details":{"amount":{{i}},"to":"x"}"""))));
        var counts = await client.GetFromJsonAsync<JsonElement>("/api/logs/counts?system=bank");
        Assert.Equal(7, counts.GetProperty("counts").EnumerateArray().Sum(count => count.GetProperty("lines").GetInt64()));
        var patterns = await client.GetFromJsonAsync<JsonElement>("/api/logs/patterns?system=bank");
        var pattern = Assert.Single(patterns.GetProperty("items").EnumerateArray());
        Assert.Equal(("order * paid", 7, true), (pattern.GetProperty("text").GetString(), pattern.GetProperty("lines").GetInt32(), pattern.GetProperty("isNew").GetBoolean()));
        Assert.Equal(7, (await FindAsync($"pattern={pattern.GetProperty("id").GetString()}")).Length);
        using var export = await client.GetAsync("/api/logs/export?system=bank&field.amount=3");
        Assert.Equal("application/x-ndjson", export.Content.Headers.ContentType!.MediaType);
        var line = JsonDocument.Parse(Assert.Single((await export.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        Assert.Equal(("order 3 paid", "ERROR", "bank", 3, "x"), (line.GetProperty("message").GetString(), line.GetProperty("level").GetString(), line.GetProperty("system").GetString(), line.GetProperty("details").GetProperty("amount").GetInt32(), line.GetProperty("details").GetProperty("to").GetString()));
        // What was exported is what intake reads.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(line.GetRawText().Replace("order 3 paid", "came back"))).Status);
        Assert.Equal("3", Assert.Single(await FindAsync("q=\"came+back\"")).GetProperty("fields").GetProperty("details.amount").GetString());
    }

    [Fact]
    public async Task Saved_EverySearchOfTheGuides_FindsItsLines()
    {
        await SendAsync($"{now:O} WARN AUTH_FAILED user=eve\n{now:O} WARN SUSPICIOUS transfer\n{now:O} WARN CASE_ACCESS_DENIED case=7\n{now:O} ERROR BALANCE_MANIPULATION user=eve\n{now:O} INFO RECOVERY_SUCCESS after 3 s\n10.0.0.1 - - [{now:dd/MMM/yyyy:HH:mm:ss} +0000] \"GET /a HTTP/1.1\" 403 1\n{now:O} INFO unauthorized call\n", "?system=guides", "text/plain");
        foreach (var (id, count) in new[] { ("denied-requests", 1), ("auth-failed", 1), ("suspicious", 1), ("case-access-denied", 1), ("balance-manipulation", 1), ("errors", 1), ("recovery-success", 1), ("security", 2) })
            Assert.True((await FindAsync($"saved={id}&system=guides")).Length == count, id);
        var saved = await client.GetFromJsonAsync<JsonElement>("/api/logs/saved");
        Assert.Equal([100, 50, 20, 20, 10], saved.GetProperty("items").EnumerateArray().Take(5).Select(search => search.GetProperty("limit").GetInt32()));
    }
}
