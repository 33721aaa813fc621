using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Tests.Testing;
using Xunit;
using static OpsDashboard.Tests.Runbooks.PageForms;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>The pages and their forms, as a browser without script uses them.</summary>
public sealed class RunFormTests : IAsyncLifetime
{
    const string Look = """
        title: Look at the <shop>
        summary: A person looks.
        owner: o@example.com
        reviewBy: 2020-01-01
        risk: reversible
        parameters:
          what: { title: What, default: the page }
          deep: { title: How deep, type: integer, default: 3, least: 1, most: 5 }
        steps:
          - { name: look, kind: manual, instruction: "Look at ${parameters.what} & tick.", evidence: true }
        """;

    readonly string catalogue = RealServer.TemporaryFolder("form-catalogue");
    TestProgram program = null!;
    HttpClient browser = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(catalogue, "environments"));
        Directory.CreateDirectory(Path.Combine(catalogue, "shop", "runbooks"));
        await File.WriteAllTextAsync(Path.Combine(catalogue, "environments", "production.yml"), "variables: {}");
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "system.yml"), OpsDashboard.Tests.Catalogue.CatalogueText.System);
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "runbooks", "look.yml"), Look);
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
    public async Task List_ShowsWhatPassesEveryFilter()
    {
        foreach (var (query, isShown) in new[] { ("q=person+LOOK", true), ("q=look+nowhere", false), ("system=shop&risk=Reversible", true), ("system=other", false), ("risk=Irreversible", false) })
        {
            var list = await browser.GetStringAsync($"/runbooks?{query}");
            Assert.Equal((query, isShown, !isShown), (query, list.Contains("href=\"runbooks/shop.look\"", StringComparison.Ordinal), list.Contains("No runbook passes this filter", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Preview_IsAGet_ThatShowsEverythingAndStartsNothing()
    {
        var list = await browser.GetStringAsync("/runbooks");
        Assert.Contains("Look at the &lt;shop&gt;", list, StringComparison.Ordinal);
        Assert.Contains("review overdue", list, StringComparison.Ordinal);
        var page = await browser.GetStringAsync("/runbooks/shop.look?p.what=%3Cscript%3E");
        Assert.Contains("Look at &lt;script&gt; &amp; tick.", page, StringComparison.Ordinal);
        Assert.Contains("Locks", page, StringComparison.Ordinal);
        Assert.Contains("is at most 5.", await browser.GetStringAsync("/runbooks/shop.look?p.deep=9"), StringComparison.Ordinal);
        Assert.Contains("There is no such runbook", await browser.GetStringAsync("/runbooks/shop.nothing"), StringComparison.Ordinal);
        Assert.Empty(await program.Services.GetRequiredService<Runs>().ListAsync(Actor.Program, new(), null, 10, default));
    }

    [Fact]
    public async Task Start_SentTwice_IsOneRun_ThatIsTickedAndEnds()
    {
        var preview = await browser.GetStringAsync("/runbooks/shop.look");
        var (address, fields) = FormOf(preview, "runbooks/shop.look/start");
        var first = await browser.PostAsync(address, Form(fields));
        var second = await browser.PostAsync(address, Form(fields));
        Assert.Equal(first.Headers.Location!.OriginalString, second.Headers.Location!.OriginalString);
        Assert.StartsWith("/runs/", first.Headers.Location.OriginalString, StringComparison.Ordinal);
        var run = Assert.Single(await program.Services.GetRequiredService<Runs>().ListAsync(Actor.Program, new(), null, 10, default));

        var page = await UntilAsync(first.Headers.Location.OriginalString, text => text.Contains("Done, go on", StringComparison.Ordinal));
        Assert.Contains("Look at the page &amp; tick.", page, StringComparison.Ordinal);
        Assert.Contains("RUN-1", await browser.GetStringAsync("/"), StringComparison.Ordinal);
        var (tick, tickFields) = FormOf(page, $"runs/{run.Id}/answer");
        Assert.Equal($"/runs/{run.Id}?problem=evidence", (await browser.PostAsync(tick, Form(tickFields))).Headers.Location!.OriginalString);
        page = await browser.GetStringAsync($"/runs/{run.Id}");
        (tick, tickFields) = FormOf(page, $"runs/{run.Id}/answer");
        Assert.Equal($"/runs/{run.Id}?said=answer", (await browser.PostAsync(tick, Form([.. tickFields, ("evidence", "all <well>")]))).Headers.Location!.OriginalString);
        Assert.Contains("all &lt;well&gt;", await UntilAsync($"/runs/{run.Id}", text => text.Contains("Succeeded", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhatWasNotShown_LeadsBackWithTheReason()
    {
        var preview = await browser.GetStringAsync("/runbooks/shop.look");
        var (address, fields) = FormOf(preview, "runbooks/shop.look/start");
        var forged = fields.Select(field => field.Name == "p.what" ? (field.Name, "something else") : field).ToArray();
        var answer = await browser.PostAsync(address, Form(forged));
        Assert.StartsWith("/runbooks/shop.look?problem=changed", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("it would not do any more what you confirmed", await browser.GetStringAsync(answer.Headers.Location.OriginalString), StringComparison.Ordinal);
        (address, fields) = FormOf(await browser.GetStringAsync("/runbooks/shop.look"), "runbooks/shop.look/start");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(address, Form([.. fields.Where(field => field.Name != "__RequestVerificationToken")]))).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await browser.GetAsync(address)).StatusCode);
        Assert.Empty(await program.Services.GetRequiredService<Runs>().ListAsync(Actor.Program, new(), null, 10, default));
    }

    [Fact]
    public async Task Start_OverTheApi_TakesTheSealOfThePreview()
    {
        using var api = program.Automation();
        var plan = (await (await api.PostAsJsonAsync("/api/runbooks/shop.look/preview", new { })).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("plan");
        var (hash, seal) = (plan.GetProperty("hash").GetString(), plan.GetProperty("seal").GetString());
        foreach (var wrong in new[] { null, "none", seal + "x" })
        {
            var refused = await StartAsync(new { plan = hash, seal = wrong });
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("\"field\":\"seal\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        // Who was refused because of a change has seen with it what it would be now.
        var changed = await StartAsync(new { plan = hash, seal, parameters = new { what = "the cart" } });
        Assert.Equal(HttpStatusCode.Conflict, changed.StatusCode);
        var current = (await changed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("current");
        Assert.Equal(HttpStatusCode.Accepted, (await StartAsync(new { plan = current.GetProperty("hash").GetString(), seal = current.GetProperty("seal").GetString(), parameters = new { what = "the cart" } })).StatusCode);

        async Task<HttpResponseMessage> StartAsync(object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runbooks/shop.look/start") { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid():N}");
            return await api.SendAsync(request);
        }
    }

    [Fact]
    public async Task Abort_IsAPlainForm_WithoutACircuit()
    {
        var (address, fields) = FormOf(await browser.GetStringAsync("/runbooks/shop.look"), "runbooks/shop.look/start");
        var place = (await browser.PostAsync(address, Form(fields))).Headers.Location!.OriginalString;
        var page = await UntilAsync(place, text => text.Contains("id=\"abort\"", StringComparison.Ordinal));
        var (abort, abortFields) = FormOf(page, $"{place[1..]}/abort");
        Assert.Equal($"{place}?said=abort", (await browser.PostAsync(abort, Form([.. abortFields, ("reason", "not now")]))).Headers.Location!.OriginalString);
        Assert.Contains("aborted it: not now.", await UntilAsync(place, text => text.Contains("Aborted", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    Task<string> UntilAsync(string address, Func<string, bool> reached) => PageForms.UntilAsync(browser, address, reached);
}
