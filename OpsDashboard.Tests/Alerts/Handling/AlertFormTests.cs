using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notes;
using OpsDashboard.Audit;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Handling;

/// <summary>The page's forms as a browser without script sends them.</summary>
public sealed class AlertFormTests : IAsyncLifetime
{
    readonly TestProgram program = new();
    HttpClient browser = null!;
    Alert alert = null!;

    public async Task InitializeAsync()
    {
        browser = program.Browser();
        var signIn = await browser.GetStringAsync("/sign-in");
        var entered = await browser.PostAsync("/sign-in", Form(("__RequestVerificationToken", Field(signIn, "__RequestVerificationToken")), ("email", "root@example.org"), ("password", "correct horse battery")));
        Assert.Equal(HttpStatusCode.Redirect, entered.StatusCode);
        alert = AnAlert.Of("Heap");
        await program.Services.GetRequiredService<AlertBook>().RecordAsync([new(AlertState.Pending, alert, alert.FiredAt!.Value)], [], null, default);
    }

    public Task DisposeAsync()
    {
        browser.Dispose();
        return program.DisposeAsync().AsTask();
    }

    [Fact]
    public async Task Page_IsReadableWithoutACircuit_AndSaysWhatMatters()
    {
        var page = await browser.GetStringAsync($"/alerts/{alert.Id}");
        Assert.Contains("Heap is wrong", page, StringComparison.Ordinal);
        Assert.Contains("Firing critical", page, StringComparison.Ordinal);
        Assert.Contains("nobody owns it", page, StringComparison.Ordinal);
        Assert.Contains("id=\"acknowledge\"", page, StringComparison.Ordinal);
        Assert.Contains("There is no such alert", await browser.GetStringAsync($"/alerts/{Guid.NewGuid()}"), StringComparison.Ordinal);
        Assert.Contains("Heap is wrong", await browser.GetStringAsync("/alerts"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acknowledge_SentTwice_CountsOnce_AndLeadsBack()
    {
        var (address, token) = await FormAsync("acknowledge");
        var first = await browser.PostAsync(address, Form(("__RequestVerificationToken", token), ("note", "mine"), ("for", "30m")));
        var second = await browser.PostAsync(address, Form(("__RequestVerificationToken", token), ("note", "mine"), ("for", "30m")));

        Assert.Equal(($"/alerts/{alert.Id}?said=acknowledged", "true"), (first.Headers.Location!.OriginalString, second.Headers.GetValues("Idempotency-Replayed").Single()));
        var taken = program.Services.GetRequiredService<Acknowledgements>().Of(alert.Id)!;
        Assert.Equal(("mine", 1, TimeSpan.FromMinutes(30)), (taken.Note, taken.Version, taken.Until - taken.At));
        Assert.Single(await program.Services.GetRequiredService<AuditReader>().FindAsync(new(Action: "alert.acknowledged"), null, 10, default));
        Assert.Contains("You have it in hand", await browser.GetStringAsync(first.Headers.Location.OriginalString), StringComparison.Ordinal);

        var (release, again) = await FormAsync("release");
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostAsync(release, Form(("__RequestVerificationToken", again)))).StatusCode);
        Assert.Null(program.Services.GetRequiredService<Acknowledgements>().Of(alert.Id));
    }

    [Fact]
    public async Task Form_WithoutItsToken_OrByGet_ActsOnNothing()
    {
        var (address, _) = await FormAsync("acknowledge");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(address, Form(("note", "forged")))).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await browser.GetAsync(address)).StatusCode);
        Assert.Null(program.Services.GetRequiredService<Acknowledgements>().Of(alert.Id));
    }

    [Fact]
    public async Task NoteAndSilence_AreKept_BadOnesLeadBackWithTheReason()
    {
        var (note, token) = await FormAsync("note");
        await browser.PostAsync(note, Form(("__RequestVerificationToken", token), ("text", "<script>alert(1)</script>")));
        Assert.Equal("<script>alert(1)</script>", Assert.Single(await program.Services.GetRequiredService<AlertNotes>().OfAsync(Actor.Program, alert.Id, default)).Text);
        Assert.DoesNotContain("<script>alert(1)", await browser.GetStringAsync($"/alerts/{alert.Id}"), StringComparison.Ordinal);

        var (silence, again) = await FormAsync("silence");
        var refused = await browser.PostAsync(silence, Form(("__RequestVerificationToken", again), ("matchers", "system=\"shop\""), ("for", "2h"), ("reason", " ")));
        Assert.Equal($"/alerts/{alert.Id}?problem=reason", refused.Headers.Location!.OriginalString);
        (silence, again) = await FormAsync("silence");
        await browser.PostAsync(silence, Form(("__RequestVerificationToken", again), ("matchers", "system=\"shop\""), ("for", "2h"), ("reason", "deploying")));
        Assert.Contains("Silenced until", await browser.GetStringAsync($"/alerts/{alert.Id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Back_ToAnotherSite_IsNotFollowed()
    {
        var (address, token) = await FormAsync("acknowledge");
        var answer = await browser.PostAsync(address, Form(("__RequestVerificationToken", token), ("back", "//evil.example.com")));
        Assert.Equal("/", answer.Headers.Location!.OriginalString);
    }

    async Task<(string Address, string Token)> FormAsync(string verb)
    {
        var page = await browser.GetStringAsync($"/alerts/{alert.Id}");
        var address = WebUtility.HtmlDecode(Regex.Match(page, $"action=\"(alerts/{alert.Id}/{verb}[^\"]*)\"").Groups[1].Value);
        Assert.Contains("key=", address, StringComparison.Ordinal);
        return ("/" + address, Field(page, "__RequestVerificationToken"));
    }

    static string Field(string page, string name) => Regex.Match(page, $"name=\"{name}\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;

    static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
