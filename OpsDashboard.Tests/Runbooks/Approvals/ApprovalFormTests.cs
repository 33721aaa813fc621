using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Audit;
using OpsDashboard.Runbooks;
using OpsDashboard.Tests.Testing;
using Xunit;
using static OpsDashboard.Tests.Runbooks.PageForms;

namespace OpsDashboard.Tests.Runbooks.Approvals;

/// <summary>A request for approval, as two people without script meet it, and as the API and other sites try it.</summary>
public sealed class ApprovalFormTests : IAsyncLifetime
{
    const string Drop = """
        title: Drop the <cache>
        summary: It is gone then.
        owner: o@example.com
        reviewBy: 2030-01-01
        risk: irreversible
        parameters:
          what: { title: What, default: all of it }
        steps:
          - { name: drop, kind: manual, instruction: "Drop ${parameters.what}." }
        """;
    const string Ask = """
        title: Ask in the middle
        summary: It asks.
        owner: o@example.com
        reviewBy: 2030-01-01
        risk: reversible
        steps:
          - { name: really, kind: approval, question: "Really?" }
          - { name: look, kind: manual, instruction: "Look." }
        """;
    const string Password = "correct horse battery";

    readonly string catalogue = RealServer.TemporaryFolder("approval-catalogue");
    TestProgram program = null!;
    HttpClient starter = null!, approver = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(catalogue, "environments"));
        Directory.CreateDirectory(Path.Combine(catalogue, "shop", "runbooks"));
        await File.WriteAllTextAsync(Path.Combine(catalogue, "environments", "production.yml"), "variables: {}");
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "system.yml"), OpsDashboard.Tests.Catalogue.CatalogueText.System);
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "runbooks", "drop.yml"), Drop);
        await File.WriteAllTextAsync(Path.Combine(catalogue, "shop", "runbooks", "ask.yml"), Ask);
        program = new(new() { ["Catalogue:Path"] = catalogue });
        starter = await PersonAsync("ada", "commander");
        approver = await PersonAsync("ben", "commander");
    }

    public async Task DisposeAsync()
    {
        starter.Dispose();
        approver.Dispose();
        await program.DisposeAsync();
    }

    [Fact]
    public async Task Request_IsSeenByAnother_OnTheOverviewAndTheRun_AndApproved()
    {
        var (place, run) = await AskAsync();
        var own = await starter.GetStringAsync(place);
        Assert.Contains("You started it: another person", own, StringComparison.Ordinal);
        Assert.DoesNotContain($"runs/{run.Id}/approve", own, StringComparison.Ordinal);

        var overview = await approver.GetStringAsync("/");
        Assert.Contains("Approve? Drop the &lt;cache&gt;, what all of it", overview, StringComparison.Ordinal);
        Assert.Contains("asked by ada", overview, StringComparison.Ordinal);
        FormOf(overview, $"runs/{run.Id}/refuse");
        var (approve, fields) = FormOf(overview, $"runs/{run.Id}/approve");
        Assert.Equal($"{place}?said=approve", (await approver.PostAsync(approve, Form(fields))).Headers.Location!.OriginalString);
        Assert.Contains("approved by ben", await UntilAsync(approver, place, page => page.Contains("Drop all of it.", StringComparison.Ordinal) && page.Contains("Done, go on", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("Approve? Drop", await approver.GetStringAsync("/"), StringComparison.Ordinal);
        // The same press again is the same answer; a new one learns that it came too late.
        Assert.Equal($"{place}?said=approve", (await approver.PostAsync(approve, Form(fields))).Headers.Location!.OriginalString);
        Assert.Equal($"{place}?problem=state", (await approver.PostAsync(approve + "2", Form(fields))).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Refuse_WithAReason_EndsIt()
    {
        var (place, run) = await AskAsync();
        var (refuse, fields) = FormOf(await approver.GetStringAsync(place), $"runs/{run.Id}/refuse");
        Assert.Equal($"{place}?problem=reason", (await approver.PostAsync(refuse, Form(fields))).Headers.Location!.OriginalString);
        Assert.Equal($"{place}?said=refuse", (await approver.PostAsync(refuse + "2", Form([.. fields, ("reason", "not <today>")]))).Headers.Location!.OriginalString);
        Assert.Contains("ben refused it: not &lt;today&gt;. No step has run.", await starter.GetStringAsync(place), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_IsNamedByEveryForm_AndAPressWithoutItIsRefused()
    {
        var (address, fields) = FormOf(await starter.GetStringAsync("/runbooks/shop.ask"), "runbooks/shop.ask/start");
        var place = (await starter.PostAsync(address, Form(fields))).Headers.Location!.OriginalString;
        var page = await UntilAsync(approver, place, text => text.Contains($"{place[1..]}/approve", StringComparison.Ordinal));
        var (approve, approveFields) = FormOf(page, $"{place[1..]}/approve");
        Assert.Contains(("step", "really"), approveFields);
        Assert.Contains(("attempt", "1"), approveFields);
        Assert.Contains(("step", "really"), FormOf(page, $"{place[1..]}/refuse").Fields);
        Assert.Equal($"{place}?problem=state", (await approver.PostAsync(approve + "2", Form([.. approveFields.Where(field => field.Name != "step")]))).Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Conflict, (await approver.PostAsJsonAsync($"/api{place}/approve", new { plan = approveFields.Single(field => field.Name == "plan").Value })).StatusCode);
        Assert.Equal($"{place}?problem=attempt", (await approver.PostAsync(approve + "3", Form([.. approveFields.Where(field => field.Name != "attempt")]))).Headers.Location!.OriginalString);
        Assert.Equal($"{place}?problem=state", (await approver.PostAsync(approve + "4", Form([.. approveFields.Where(field => field.Name != "attempt"), ("attempt", "2")]))).Headers.Location!.OriginalString);
        Assert.Equal($"{place}?said=approve-step", (await approver.PostAsync(approve, Form(approveFields))).Headers.Location!.OriginalString);
        page = await UntilAsync(starter, place, text => text.Contains($"{place[1..]}/skip", StringComparison.Ordinal));
        var (skip, skipFields) = FormOf(page, $"{place[1..]}/skip");
        Assert.Contains(("step", "look"), skipFields);
        Assert.Equal($"{place}?problem=state", (await starter.PostAsync(skip + "2", Form([.. skipFields.Where(field => field.Name != "step"), ("step", "really"), ("reason", "seen")]))).Headers.Location!.OriginalString);
        Assert.Equal($"{place}?said=skip", (await starter.PostAsync(skip, Form([.. skipFields, ("reason", "seen")]))).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Refuse_OfAStep_SaysWhatIsTrue_AndAnOldPressDoesNotAnswerTheQuestionThatIsAskedAnew()
    {
        var (address, fields) = FormOf(await starter.GetStringAsync("/runbooks/shop.ask"), "runbooks/shop.ask/start");
        var place = (await starter.PostAsync(address, Form(fields))).Headers.Location!.OriginalString;
        var page = await UntilAsync(approver, place, text => text.Contains($"{place[1..]}/refuse", StringComparison.Ordinal));
        var (refuse, refuseFields) = FormOf(page, $"{place[1..]}/refuse");
        var said = (await approver.PostAsync(refuse, Form([.. refuseFields, ("reason", "not <yet>")]))).Headers.Location!.OriginalString;
        Assert.Equal($"{place}?said=refuse-step", said);
        page = await UntilAsync(approver, said, text => text.Contains("really failed: ben refused it: not &lt;yet&gt;", StringComparison.Ordinal));
        Assert.Contains("Refused: it does not go on behind this step.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("step ran", page, StringComparison.OrdinalIgnoreCase);

        var (resume, resumeFields) = FormOf(await starter.GetStringAsync(place), $"{place[1..]}/resume");
        await starter.PostAsync(resume, Form(resumeFields));
        page = await UntilAsync(approver, place, text => text.Contains("name=\"attempt\" value=\"2\"", StringComparison.Ordinal));
        Assert.Equal($"{place}?problem=state", (await approver.PostAsync(refuse + "2", Form([.. refuseFields, ("reason", "no")]))).Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Conflict, (await approver.PostAsJsonAsync($"/api{place}/refuse", new { step = "really", attempt = 1, reason = "no" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await approver.PostAsJsonAsync($"/api{place}/refuse", new { step = "really", reason = "no" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await approver.PostAsJsonAsync($"/api{place}/refuse", new { step = "really", attempt = 2, reason = "no" })).StatusCode);
    }

    [Fact]
    public async Task Attacks_ByTheStarterATokenAForgedPlanOrAnotherSite_ChangeNothing()
    {
        var (place, run) = await AskAsync();
        var body = new { plan = run.Plan.Hash };
        var api = $"/api/runs/{run.Id}/approve";
        Assert.Equal(HttpStatusCode.Forbidden, (await starter.PostAsJsonAsync(api, body)).StatusCode);
        using var token = program.Automation();
        Assert.Equal(HttpStatusCode.Forbidden, (await token.PostAsJsonAsync(api, body)).StatusCode);
        using var responder = await PersonAsync("cy", "responder");
        Assert.Equal(HttpStatusCode.Forbidden, (await responder.PostAsJsonAsync(api, body)).StatusCode);
        using var stranger = program.Browser();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsJsonAsync(api, body)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await approver.PostAsJsonAsync(api, new { plan = new string('a', 64) })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await approver.PostAsJsonAsync(api, new { })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await FromElsewhereAsync(api, JsonContent.Create(body))).StatusCode);
        var (form, fields) = FormOf(await approver.GetStringAsync(place), $"runs/{run.Id}/approve");
        Assert.Equal(HttpStatusCode.Forbidden, (await FromElsewhereAsync(form, Form(fields))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await approver.PostAsync(form, Form([.. fields.Where(field => field.Name == "plan")]))).StatusCode);
        Assert.Equal($"{place}?problem=denied", (await starter.PostAsync(form, Form([.. (FormOf(await starter.GetStringAsync(place), $"runs/{run.Id}/abort").Fields), ("plan", run.Plan.Hash)]))).Headers.Location!.OriginalString);
        Assert.NotEqual(HttpStatusCode.OK, (await approver.GetAsync(form)).StatusCode);
        Assert.True((await CurrentAsync(run)).IsAsked);

        using var admin = program.Automation();
        var refusals = await UntilAsync(admin, "/api/audit?action=access.refused", text => text.Split("\"access.refused\"").Length > 3);
        Assert.Contains("ApproveRuns", refusals, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await approver.PostAsJsonAsync(api, body)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await approver.PostAsJsonAsync(api, body)).StatusCode);
    }

    [Fact]
    public async Task BreakGlass_IsMarked_AndReviewedByAnother()
    {
        var (address, fields) = FormOf(await starter.GetStringAsync("/runbooks/shop.drop"), "runbooks/shop.drop/break-glass");
        Assert.StartsWith("/runbooks/shop.drop?problem=glass-typedName", (await starter.PostAsync(address, Form([.. fields, ("reason", "nobody <answers>"), ("typedName", "shop")]))).Headers.Location!.OriginalString, StringComparison.Ordinal);
        var place = (await starter.PostAsync(address + "2", Form([.. fields, ("reason", "nobody <answers>"), ("typedName", "drop")]))).Headers.Location!.OriginalString;
        Assert.StartsWith("/runs/", place, StringComparison.Ordinal);
        var own = await UntilAsync(starter, place, page => page.Contains("Told: in-app.", StringComparison.Ordinal));
        Assert.Contains("ada broke the glass: nobody &lt;answers&gt;", own, StringComparison.Ordinal);
        Assert.DoesNotContain("Close the review", own, StringComparison.Ordinal);
        Assert.Contains("Started without approval: nobody &lt;answers&gt;", await approver.GetStringAsync("/runbooks/shop.drop"), StringComparison.Ordinal);
        var (review, reviewFields) = FormOf(await approver.GetStringAsync(place), $"{place[1..]}/review");
        Assert.Equal($"{place}?said=review", (await approver.PostAsync(review, Form([.. reviewFields, ("sentence", "it was right")]))).Headers.Location!.OriginalString);
        Assert.Contains("it was right", await starter.GetStringAsync(place), StringComparison.Ordinal);
        Assert.DoesNotContain("To be reviewed", await approver.GetStringAsync("/runbooks/shop.drop"), StringComparison.Ordinal);

        using var token = program.Automation();
        token.DefaultRequestHeaders.Add("Idempotency-Key", "k");
        var plan = (await (await token.PostAsJsonAsync("/api/runbooks/shop.drop/preview", new { })).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("plan");
        token.DefaultRequestHeaders.Remove("Idempotency-Key");
        token.DefaultRequestHeaders.Add("Idempotency-Key", "k2");
        Assert.Equal(HttpStatusCode.Forbidden, (await token.PostAsJsonAsync("/api/runbooks/shop.drop/break-glass", new { plan = plan.GetProperty("hash").GetString(), seal = plan.GetProperty("seal").GetString(), reason = "r", typedName = "drop" })).StatusCode);
    }

    async Task<HttpResponseMessage> FromElsewhereAsync(string address, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        return await approver.SendAsync(request);
    }

    async Task<(string Place, Run Run)> AskAsync()
    {
        var (address, fields) = FormOf(await starter.GetStringAsync("/runbooks/shop.drop"), "runbooks/shop.drop/start");
        var place = (await starter.PostAsync(address, Form([.. fields, ("typedName", "shop")]))).Headers.Location!.OriginalString;
        Assert.StartsWith("/runs/", place, StringComparison.Ordinal);
        await UntilAsync(starter, place, page => page.Contains("Told</dt><dd>in-app", StringComparison.Ordinal));
        return (place, Assert.Single(await program.Services.GetRequiredService<Runs>().ListAsync(Actor.Program, new(), null, 10, default)));
    }

    Task<Run> CurrentAsync(Run run) => program.Services.GetRequiredService<Runs>().FindAsync(Actor.Program, run.Id, default);

    async Task<HttpClient> PersonAsync(string name, string role)
    {
        using var admin = program.Automation();
        var made = await admin.PostAsJsonAsync("/api/accounts", new { email = $"{name}@example.org", name, password = Password, grants = new[] { new { role, systemId = (string?)null } } });
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        var browser = program.Browser();
        await SignInAsync(browser, $"{name}@example.org", Password);
        return browser;
    }
}
