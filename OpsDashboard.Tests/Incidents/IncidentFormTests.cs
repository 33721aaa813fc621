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

/// <summary>The pages and their forms as a browser without script uses them, and the same over HTTP.</summary>
public sealed class IncidentFormTests : IAsyncLifetime
{
    readonly string catalogue = RealServer.TemporaryFolder("incident-catalogue");
    TestProgram program = null!;
    HttpClient browser = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(catalogue, "environments"));
        Directory.CreateDirectory(Path.Combine(catalogue, "shop"));
        await File.WriteAllTextAsync(Path.Combine(catalogue, "environments", "production.yml"), "variables: {}");
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "system.yml"), OpsDashboard.Tests.Catalogue.CatalogueText.System + "\nrto: { critical: 1h }");
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "incidents.yml"), IncidentText.Valid);
        program = new(new() { ["Catalogue:Path"] = catalogue });
        browser = program.Browser();
        await SignInAsync(browser, "root@example.org", "correct horse battery");
    }

    public Task DisposeAsync()
    {
        browser.Dispose();
        return program.DisposeAsync().AsTask();
    }

    IncidentDesk Desk => program.Services.GetRequiredService<IncidentDesk>();

    async Task<string> OpenAsync()
    {
        var (address, fields) = FormOf(await browser.GetStringAsync("/incidents/new"), "incidents/open");
        (string, string)[] sent = [.. fields, ("system", "shop"), ("title", "The <shop> is down"), ("severity", "Critical"), ("impact", ""), ("beganAt", "")];
        var first = await browser.PostAsync(address, Form(sent));
        var second = await browser.PostAsync(address, Form(sent));
        Assert.Equal(first.Headers.Location!.OriginalString, second.Headers.Location!.OriginalString);
        Assert.Single(await Desk.ListAsync(Actor.Program, new(), null, 10, default));
        return first.Headers.Location.OriginalString;
    }

    [Fact]
    public async Task Incident_FromOpeningToItsEnd_WithoutScript()
    {
        var place = await OpenAsync();
        var page = await browser.GetStringAsync(place);
        Assert.Contains("INC-1 · The &lt;shop&gt; is down", page, StringComparison.Ordinal);
        Assert.Contains("RTO left", page, StringComparison.Ordinal);
        Assert.Contains("Do this now", page, StringComparison.Ordinal);

        var (take, takeFields) = FormOf(page, $"{place[1..]}/take");
        Assert.Equal($"{place}?said=take", (await browser.PostAsync(take, Form(takeFields))).Headers.Location!.OriginalString);
        page = await browser.GetStringAsync(place);
        var (note, noteFields) = FormOf(page, $"{place[1..]}/note");
        Assert.Equal($"{place}?said=note", (await browser.PostAsync(note, Form([.. noteFields, ("text", "no <failover> before 03:30"), ("kind", "Decision")]))).Headers.Location!.OriginalString);
        page = await browser.GetStringAsync(place);
        Assert.Contains("no &lt;failover&gt; before 03:30", page, StringComparison.Ordinal);
        var (follow, followFields) = FormOf(page, $"{place[1..]}/phases");
        Assert.Equal($"{place}?said=phases", (await browser.PostAsync(follow, Form([.. followFields, ("template", "outage")]))).Headers.Location!.OriginalString);
        page = await browser.GetStringAsync(place);
        var (tick, tickFields) = FormOf(page, $"{place[1..]}/tick");
        Assert.Equal($"{place}?said=tick", (await browser.PostAsync(tick, Form(tickFields))).Headers.Location!.OriginalString);

        page = await browser.GetStringAsync(place);
        var (resolve, resolveFields) = FormOf(page, $"{place[1..]}/resolve");
        Assert.Equal($"{place}?problem=restoredAt", (await browser.PostAsync(resolve, Form([.. resolveFields, ("note", "restarted"), ("restoredAt", "yesterday")]))).Headers.Location!.OriginalString);
        var incident = Assert.Single(await Desk.ListAsync(Actor.Program, new(), null, 10, default));
        page = await browser.GetStringAsync(place);
        (resolve, resolveFields) = FormOf(page, $"{place[1..]}/resolve");
        Assert.Equal($"{place}?said=resolve", (await browser.PostAsync(resolve, Form([.. resolveFields, ("note", "restarted"), ("cause", ""), ("restoredAt", incident.OpenedAt.AddMilliseconds(1).ToString("o"))]))).Headers.Location!.OriginalString);
        page = await browser.GetStringAsync(place);
        Assert.Contains("The cause is not known yet.", page, StringComparison.Ordinal);
        Assert.Contains("RTO met", page, StringComparison.Ordinal);
        Assert.Contains("INC-1", await browser.GetStringAsync("/incidents"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_OfAnOtherPage_OrGet_ChangesNothing()
    {
        var place = await OpenAsync();
        var (take, fields) = FormOf(await browser.GetStringAsync(place), $"{place[1..]}/take");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(take, Form([.. fields.Where(field => field.Name != "__RequestVerificationToken")]))).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await browser.GetAsync(take)).StatusCode);
        Assert.Empty((await Desk.ListAsync(Actor.Program, new(), null, 10, default))[0].Roles);
    }

    [Fact]
    public async Task Api_OpensReadsAndRefuses()
    {
        using var api = program.Automation();
        var opened = await api.PostAsJsonAsync("/api/incidents", new { system = "shop", title = "Down", severity = "high" });
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        var id = (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsJsonAsync("/api/incidents", new { system = "nowhere", title = "Down", severity = "high" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsJsonAsync($"/api/incidents/{id}/status", new { status = "mitigating" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsJsonAsync($"/api/incidents/{id}/status", new { status = "mitigating", note = "restarting" })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await api.PostAsJsonAsync($"/api/incidents/{id}/status", new { status = "mitigating", note = "again" })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await api.PostAsJsonAsync($"/api/incidents/{id}/merge", new { incident = 1, reason = "itself" })).StatusCode);
        var read = await api.GetAsync($"/api/incidents/{id}");
        Assert.NotNull(read.Headers.ETag);
        Assert.Equal("mitigating", (await read.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        var timeline = await api.GetFromJsonAsync<JsonElement>($"/api/incidents/{id}/timeline?limit=1");
        Assert.Equal("status", timeline.GetProperty("items")[0].GetProperty("kind").GetString());
        Assert.NotEqual(JsonValueKind.Null, timeline.GetProperty("next").ValueKind);
        Assert.Equal("role/Commander", (await api.GetFromJsonAsync<JsonElement>($"/api/incidents/{id}/proposals")).GetProperty("items")[0].GetProperty("key").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"/api/incidents/{Guid.NewGuid()}")).StatusCode);
    }
}
