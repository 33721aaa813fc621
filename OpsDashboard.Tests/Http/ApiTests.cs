using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Http;

/// <summary>The manners of the product's own resources, seen from outside.</summary>
public sealed class ApiTests(ApiTests.Program program) : IClassFixture<ApiTests.Program>
{
    readonly HttpClient client = program.Host.Automation();

    [Fact]
    public async Task Stranger_Gets401_WhateverTheAddress()
    {
        using var stranger = program.Host.Automation(null);
        foreach (var path in (string[])["/api/accounts", $"/api/accounts/{Guid.Empty}", "/api/nothing", "/api/tokens/x", "/api/audit/1", "/openapi/v1.json"])
        {
            var answer = await stranger.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
        using var wrong = program.Host.Automation("ops_wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await wrong.GetAsync("/api/accounts")).StatusCode);
    }

    [Theory]
    [InlineData("/no-such-page", HttpStatusCode.NotFound)]
    [InlineData("/systems/no-such-system/and/more", HttpStatusCode.NotFound)]
    public async Task Page_ThatIsNotThere_IsSaidInWords(string path, HttpStatusCode status)
    {
        using var navigation = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/html" } } };
        using var page = await client.SendAsync(navigation);
        Assert.Equal((status, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("There is no such page", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var data = await client.GetAsync(path);
        Assert.Equal((status, "application/problem+json"), (data.StatusCode, data.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Health_IsOpen_AndSaysWhatItChecked()
    {
        using var stranger = program.Host.Automation(null);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/health/live")).StatusCode);
        var ready = await stranger.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        var report = await ready.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(report.GetProperty("checks").EnumerateArray(), check => check.GetProperty("name").GetString() == "database");
    }

    [Fact]
    public async Task Headers_KeepScriptsAndFramesOut()
    {
        using var stranger = program.Host.Automation(null);
        var answer = await stranger.GetAsync("/sign-in");
        Assert.Contains("script-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Accounts_CreateReadChange_WithVersions()
    {
        var created = await client.PostAsJsonAsync("/api/accounts", new { email = "cy@example.org", grants = new[] { new { role = "responder", systemId = "liap-tui" } } });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var location = created.Headers.Location!;
        var account = await client.GetFromJsonAsync<JsonElement>(location);
        Assert.Equal(("responder", 1, false), (account.GetProperty("grants")[0].GetProperty("role").GetString(), account.GetProperty("version").GetInt32(), account.GetProperty("hasPassword").GetBoolean()));

        Assert.Equal((HttpStatusCode)428, (await client.PatchAsJsonAsync(location, new { name = "Cy" })).StatusCode);
        var changed = await PatchAsync(location, "\"1\"", new { name = "Cy" });
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (changed.StatusCode, changed.Headers.ETag?.Tag));
        var stale = await PatchAsync(location, "1", new { name = "Cyrus" });
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        Assert.Equal("Cy", (await stale.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("current").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("""{"email":"x","grants":[{"role":"viewer"}],"password":"short"}""", "email password")]
    [InlineData("""{"email":"d@example.org","grants":[{"systemId":"a"}]}""", "grants")]
    [InlineData("""{"email":"d@example.org","grants":[{"role":"emperor"}]}""", "grants[0].role")]
    [InlineData("""{"email":"d@example.org","colour":"red"}""", "colour")]
    [InlineData("""{"email":5}""", "email")]
    [InlineData("""{"email":""", "email")]
    public async Task BadInput_NamesEveryField(string body, string fields)
    {
        var answer = await client.PostAsync("/api/accounts", new StringContent(body, null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(fields, string.Join(' ', problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString())));
    }

    [Theory]
    [InlineData("/api/audit?limit=0", "limit")]
    [InlineData("/api/audit?limit=x&cursor=%21", "limit cursor")]
    [InlineData("/api/audit?from=yesterday", "from")]
    [InlineData("/api/audit?cursor=YWJj", "cursor")]
    public async Task BadQuery_NamesEveryField(string path, string fields)
    {
        var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(fields, string.Join(' ', problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString())));
    }

    [Fact]
    public async Task Token_IsShownOnce_WorksWithItsGrants_AndEnds()
    {
        var created = await client.PostAsJsonAsync("/api/tokens", new { name = "ci", grants = new[] { new { role = "viewer" } } });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var answer = await created.Content.ReadFromJsonAsync<JsonElement>();
        var id = answer.GetProperty("token").GetProperty("id").GetGuid();
        using var bearer = program.Host.Automation(answer.GetProperty("secret").GetString());

        Assert.Equal("token", (await bearer.GetFromJsonAsync<JsonElement>("/api/me")).GetProperty("kind").GetString());
        var refused = await bearer.GetAsync("/api/audit");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        var entry = (await client.GetFromJsonAsync<JsonElement>($"/api/audit?actor={id}&action=access.refused")).GetProperty("items")[0];
        Assert.Equal(("refused", "ReadAudit"), (entry.GetProperty("outcome").GetString(), entry.GetProperty("particulars").GetProperty("permission").GetString()));

        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync($"/api/tokens/{id}/revoke", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bearer.GetAsync("/api/me")).StatusCode);
        Assert.DoesNotContain("secret", await client.GetStringAsync($"/api/tokens/{id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IdempotencyKey_SecondTimeGetsTheFirstAnswer()
    {
        var first = await PostAsync("/api/accounts", "key-1", new { email = "twice@example.org" });
        var second = await PostAsync("/api/accounts", "key-1", new { email = "twice@example.org" });
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, second.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.True(second.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync("/api/accounts", "key-1", new { email = "other@example.org" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/api/accounts", "key-2", new { email = "bad" })).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync("/api/accounts", "key-3", new { email = "bad@example.org" })).StatusCode);
    }

    [Fact]
    public async Task IdempotencyKey_SecretIsNeverKept()
    {
        var body = new { name = "once", grants = new[] { new { role = "viewer" } } };
        Assert.Equal(HttpStatusCode.Created, (await PostAsync("/api/tokens", "key-4", body)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync("/api/tokens", "key-4", body)).StatusCode);
        var tokens = await client.GetFromJsonAsync<JsonElement>("/api/tokens");
        Assert.Single(tokens.GetProperty("items").EnumerateArray(), token => token.GetProperty("name").GetString() == "once");
    }

    [Fact]
    public async Task Lists_FollowTheirCursor()
    {
        for (var number = 0; number < 5; number++)
            await client.PostAsJsonAsync("/api/tokens", new { name = $"page {number}", grants = new[] { new { role = "viewer" } } });
        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/api/tokens?limit=2{(next is null ? "" : $"&cursor={next}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(token => token.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(seen.OrderDescending(StringComparer.Ordinal), seen);
        Assert.True(seen.Count >= 5);
    }

    [Fact]
    public async Task Audit_VerifyAndExport()
    {
        var verdict = await (await client.PostAsync("/api/audit/verify", null)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(verdict.GetProperty("isIntact").GetBoolean());
        var export = await client.GetAsync("/api/audit/export");
        Assert.Equal("application/x-ndjson", export.Content.Headers.ContentType?.MediaType);
        using var lines = new StringReader(await export.Content.ReadAsStringAsync());
        Assert.True((await OpsDashboard.Audit.AuditVerification.VerifyExportAsync(lines, CancellationToken.None)).IsIntact);
    }

    [Fact]
    public async Task OpenApi_DescribesTheResources()
    {
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        Assert.True(document.GetProperty("paths").TryGetProperty("/api/accounts/{id}", out _));
        Assert.True(document.GetProperty("paths").TryGetProperty("/health/ready", out _));
    }

    Task<HttpResponseMessage> PatchAsync(Uri location, string version, object body)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, location) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", version);
        return client.SendAsync(request);
    }

    Task<HttpResponseMessage> PostAsync(string path, string key, object body) =>
        client.SendAsync(new(HttpMethod.Post, path) { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", key } } });

    public sealed class Program : IAsyncDisposable
    {
        public TestProgram Host { get; } = new();

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
