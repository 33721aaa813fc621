using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Audit;
using OpsDashboard.Incidents;
using OpsDashboard.Tests.Testing;
using Xunit;
using static OpsDashboard.Tests.Runbooks.PageForms;

namespace OpsDashboard.Tests.Incidents;

/// <summary>Posting an update as a browser without script does it, and what strangers then read.</summary>
public sealed class UpdateFormTests : IAsyncLifetime
{
    readonly string catalogue = RealServer.TemporaryFolder("update-catalogue");
    TestProgram program = null!;
    HttpClient browser = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(catalogue, "environments"));
        Directory.CreateDirectory(Path.Combine(catalogue, "shop", "templates"));
        await File.WriteAllTextAsync(Path.Combine(catalogue, "environments", "production.yml"), "variables: {}");
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "system.yml"), OpsDashboard.Tests.Catalogue.CatalogueText.System);
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "templates", "outage.yml"), "title: Outage\nkind: incident\nreceivers: [in-app]\nstatusPage: true\nsubject: The shop is ${incident.status}\nbody: |\n  Impact: ${incident.impact}\n  Done: ${incident.done}\n");
        program = new(new() { ["Catalogue:Path"] = catalogue });
        browser = program.Browser();
        await SignInAsync(browser, "root@example.org", "correct horse battery");
    }

    public Task DisposeAsync()
    {
        browser.Dispose();
        return program.DisposeAsync().AsTask();
    }

    [Fact]
    public async Task Update_IsLookedAt_Sent_AndReadByStrangers_AsText()
    {
        using var api = program.Automation();
        using var stranger = program.Browser();
        var opened = await (await api.PostAsJsonAsync("/api/incidents", new { system = "shop", title = "db-7.internal is down", severity = "high", impact = "Nobody can <pay>" })).Content.ReadFromJsonAsync<JsonElement>();
        var place = $"incidents/{opened.GetProperty("id").GetString()}";
        Assert.Contains("Post an update", await browser.GetStringAsync($"/{place}"), StringComparison.Ordinal);
        Assert.DoesNotContain("Shop", await stranger.GetStringAsync("/status"), StringComparison.Ordinal);

        var page = await browser.GetStringAsync($"/{place}/tell?template=outage&done=%3Cimg%20src%3Dx%3E");
        Assert.Contains("Done: &lt;img src=x&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        var (address, fields) = FormOf(page, $"{place}/update");
        (string, string)[] sent = [.. fields, ("receiver", "in-app"), ("statusPage", "true")];
        Assert.Equal($"/{place}/tell?said=told", (await browser.PostAsync(address, Form(sent))).Headers.Location!.OriginalString);
        Assert.Equal($"/{place}/tell?said=told", (await browser.PostAsync(address, Form(sent))).Headers.Location!.OriginalString);
        Assert.Equal(1, Assert.Single(await program.Services.GetRequiredService<IncidentDesk>().ListAsync(Actor.Program, new(), null, 10, default)).Updates);

        var answer = await UntilAsync(stranger, "/status", text => text.Contains("The shop is investigating", StringComparison.Ordinal));
        Assert.Contains("Done: &lt;img src=x&gt;", answer, StringComparison.Ordinal);
        Assert.Contains("Partly not working", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("db-7.internal", answer, StringComparison.Ordinal);
        var response = await stranger.GetAsync("/status");
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Equal("public, max-age=5", response.Headers.CacheControl!.ToString());
        Assert.Equal("The shop is investigating", (await stranger.GetFromJsonAsync<JsonElement>("/status.json")).GetProperty("systems")[0].GetProperty("stories")[0].GetProperty("posts")[0].GetProperty("subject").GetString());
    }

    [Fact]
    public async Task Api_PreviewTellsNobody_AndBadInputIsNamed()
    {
        using var api = program.Automation();
        var opened = await (await api.PostAsJsonAsync("/api/incidents", new { system = "shop", title = "Down", severity = "high" })).Content.ReadFromJsonAsync<JsonElement>();
        var place = $"/api/incidents/{opened.GetProperty("id").GetString()}/update";
        var preview = await (await api.PostAsJsonAsync($"{place}/preview", new { done = "restarted" })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Impact: being assessed\nDone: restarted", preview.GetProperty("body").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsJsonAsync(place, new { template = "nothing" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsJsonAsync(place, new { receivers = new[] { "elsewhere" } })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsJsonAsync(place, new { nextUpdateAt = "2001-01-01T00:00:00Z" })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await api.PostAsJsonAsync(place, new { done = "other", seen = preview.GetProperty("seen").GetString() })).StatusCode);
        var answer = await api.PostAsJsonAsync(place, new { done = "restarted", seen = preview.GetProperty("seen").GetString() });
        Assert.Equal(1, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("updates").GetInt32());
    }
}
