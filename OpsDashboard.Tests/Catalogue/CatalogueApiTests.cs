using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class CatalogueApiTests(CatalogueApiTests.Program program) : IClassFixture<CatalogueApiTests.Program>
{
    const string Document = "/api/catalogue/documents/shop/system.yml";
    const string Shop = "id: shop\nname: Shop\nshort: SH\ncomponents: [{ id: api, name: API, kind: api }]\n";

    readonly HttpClient client = program.Host.Automation();

    [Fact]
    public async Task Documents_WriteReadRevert_WithVersions()
    {
        var first = await PutAsync("/api/catalogue/documents/mine/system.yml", Shop.Replace("shop", "mine"), await VersionAsync("/api/catalogue/documents/mine/system.yml"));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var version = first.Headers.ETag!.Tag;
        Assert.Contains("mine", await SystemsAsync());

        var stale = await PutAsync("/api/catalogue/documents/mine/system.yml", Shop, "7");
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        Assert.Equal("added", (await stale.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("current").GetProperty("state").GetString());

        var delete = new HttpRequestMessage(HttpMethod.Delete, "/api/catalogue/documents/mine/system.yml");
        Assert.Equal((HttpStatusCode)428, (await client.DeleteAsync("/api/catalogue/documents/mine/system.yml")).StatusCode);
        delete.Headers.TryAddWithoutValidation("If-Match", version);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(delete)).StatusCode);
        Assert.DoesNotContain("mine", await SystemsAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/catalogue/documents/mine/system.yml")).StatusCode);
    }

    [Fact]
    public async Task Documents_WithAProblem_AreRefusedWithFileAndLine()
    {
        var answer = await PutAsync(Document, Shop.Replace("name:", "nmae:"), await VersionAsync(Document));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString());
        Assert.Contains("shop/system.yml:2", errors);
        var empty = new HttpRequestMessage(HttpMethod.Put, Document) { Content = JsonContent.Create(new { }) };
        empty.Headers.TryAddWithoutValidation("If-Match", "1");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(empty)).StatusCode);
    }

    [Fact]
    public async Task Check_SaysTheProblemsAndSavesNothing()
    {
        var answer = await client.PostAsJsonAsync("/api/catalogue/check", new { documents = new Dictionary<string, string> { ["new/system.yml"] = "id: new\n" } });
        var problems = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("problems").EnumerateArray().ToArray();
        Assert.Contains(problems, problem => problem.GetProperty("message").GetString() == "`name` is missing." && problem.GetProperty("line").GetInt32() == 1);
        Assert.DoesNotContain("new", await SystemsAsync());
    }

    [Fact]
    public async Task Drafts_AreWrittenByAToken_AndActivatedByNone()
    {
        const string environment = "/api/catalogue/documents/environments/extra.yml";
        var written = await client.PostAsJsonAsync("/api/catalogue/drafts", new { path = "environments/extra.yml", text = "variables: { a: \"1\" }\n", basedOn = int.Parse((await VersionAsync(environment)).Trim('"')), reason = "A new environment" });
        Assert.Equal(HttpStatusCode.Created, written.StatusCode);
        var id = (await written.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        Assert.Contains(id, (await client.GetFromJsonAsync<JsonElement>("/api/catalogue/drafts")).GetProperty("items").EnumerateArray().Select(draft => draft.GetProperty("id").GetString()));

        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync($"/api/catalogue/drafts/{id}/activate", null)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync($"/api/catalogue/drafts/{id}/discard", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/api/catalogue/drafts/{Guid.NewGuid()}/discard", null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync("/api/catalogue/drafts", new { path = "environments/extra.yml", text = "" })).StatusCode);
    }

    [Fact]
    public async Task Systems_RemoveAndRestore()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync("/api/catalogue/systems/nowhere/remove", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/api/catalogue/systems/stall/remove", null)).StatusCode);
        Assert.DoesNotContain("stall", await SystemsAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/systems/stall")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("/api/catalogue/systems/stall/restore", null)).StatusCode);
        Assert.Contains("stall", await SystemsAsync());
    }

    [Fact]
    public async Task Systems_ListAndRead_SayHealthInWords()
    {
        var list = await client.GetFromJsonAsync<JsonElement>("/api/systems");
        Assert.Equal(JsonValueKind.Null, list.GetProperty("next").ValueKind);
        var system = list.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("id").GetString() == "shop");
        Assert.Contains(system.GetProperty("health").GetString(), (string[])["unknown", "ok"]);
        Assert.NotEqual("", system.GetProperty("reason").GetString());
        Assert.Equal("api", (await client.GetFromJsonAsync<JsonElement>("/api/systems/shop")).GetProperty("components")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Viewer_OfOneSystem_SeesOnlyThatAndChangesNothing()
    {
        var created = await client.PostAsJsonAsync("/api/tokens", new { name = "shop reader", grants = new[] { new { role = "viewer", systemId = "shop" } } });
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync());
        var token = (await created.Content.ReadFromJsonAsync<JsonElement>()).EnumerateObject().Select(property => property.Value).First(value => value.ValueKind == JsonValueKind.String && value.GetString()!.StartsWith("ops_")).GetString();
        using var viewer = program.Host.Automation(token);

        var catalogue = await viewer.GetFromJsonAsync<JsonElement>("/api/catalogue");
        Assert.Equal(["shop"], catalogue.GetProperty("systems").EnumerateArray().Select(system => system.GetProperty("id").GetString()));
        var documents = await viewer.GetFromJsonAsync<JsonElement>("/api/catalogue/documents");
        Assert.Equal(["shop/system.yml"], documents.GetProperty("items").EnumerateArray().Select(document => document.GetProperty("path").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync("/api/catalogue/documents/stall/system.yml")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync("/api/systems/stall")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync("/api/catalogue/export")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync("/api/catalogue/systems/shop/remove", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PutAsJsonAsync(Document, new { text = Shop })).StatusCode);
        using var stranger = program.Host.Automation(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/catalogue")).StatusCode);
    }

    [Fact]
    public async Task Export_IsAZipArchive()
    {
        var answer = await client.GetAsync("/api/catalogue/export");
        Assert.Equal("application/zip", answer.Content.Headers.ContentType?.MediaType);
    }

    async Task<IEnumerable<string?>> SystemsAsync() =>
        (await client.GetFromJsonAsync<JsonElement>("/api/catalogue")).GetProperty("systems").EnumerateArray().Select(system => system.GetProperty("id").GetString());

    // A document that does not exist yet tells its version in the refusal of a wrong one.
    async Task<string> VersionAsync(string path)
    {
        var read = await client.GetAsync(path);
        return read.IsSuccessStatusCode ? read.Headers.ETag!.Tag : (await PutAsync(path, Shop, "0")).Headers.ETag!.Tag;
    }

    Task<HttpResponseMessage> PutAsync(string path, string text, string version)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(new { text }) };
        request.Headers.TryAddWithoutValidation("If-Match", version);
        return client.SendAsync(request);
    }

    public sealed class Program : IDisposable
    {
        public Program()
        {
            var folder = RealServer.TemporaryFolder("catalogue");
            foreach (var id in (string[])["shop", "stall"])
            {
                Directory.CreateDirectory(Path.Combine(folder, id));
                File.WriteAllText(Path.Combine(folder, id, "system.yml"), Shop.Replace("shop", id));
            }
            Directory.CreateDirectory(Path.Combine(folder, "environments"));
            File.WriteAllText(Path.Combine(folder, "environments/production.yml"), "variables: {}\n");
            Host = new(new() { ["Catalogue:Path"] = folder });
        }

        public TestProgram Host { get; }

        public void Dispose() => Host.Dispose();
    }
}
