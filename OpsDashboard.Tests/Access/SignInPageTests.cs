using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Access;

/// <summary>The sign-in page as a browser without scripts uses it.</summary>
public sealed partial class SignInPageTests(SignInPageTests.Program program) : IClassFixture<SignInPageTests.Program>
{
    const string Password = "correct horse battery";

    [Fact]
    public async Task Stranger_IsLedHere_AndBackAfterSigningIn()
    {
        using var browser = program.Host.Browser();
        var led = await browser.GetAsync("/audit?action=run");
        Assert.Equal(HttpStatusCode.Redirect, led.StatusCode);
        var signIn = led.Headers.Location!.PathAndQuery;
        Assert.StartsWith("/sign-in?", signIn, StringComparison.Ordinal);
        var answer = await PostAsync(browser, signIn.Replace("ReturnUrl", "returnUrl", StringComparison.Ordinal), ("email", "root@example.org"), ("password", Password), ("returnUrl", "/audit?action=run"));
        Assert.Equal((HttpStatusCode.Redirect, "/audit?action=run"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/me")).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task ReturnUrl_OfAnotherSite_IsIgnored(string returnUrl)
    {
        using var browser = program.Host.Browser();
        var answer = await PostAsync(browser, "/sign-in", ("email", "root@example.org"), ("password", Password), ("returnUrl", returnUrl));
        Assert.Equal("/", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Failure_SaysTheSame_ForUnknownAndKnown()
    {
        using var browser = program.Host.Browser();
        var unknown = await PostAsync(browser, "/sign-in", ("email", "nobody@example.org"), ("password", "x"));
        var known = await PostAsync(browser, "/sign-in", ("email", "root@example.org"), ("password", "x"));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (unknown.StatusCode, known.StatusCode));
        Assert.Equal(Alert(await unknown.Content.ReadAsStringAsync()), Alert(await known.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Form_WithoutItsToken_IsRefused()
    {
        using var browser = program.Host.Browser();
        var answer = await browser.PostAsync("/sign-in", new FormUrlEncodedContent([new("email", "root@example.org"), new("password", Password)]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Post_FromAnotherSite_IsRefused()
    {
        using var browser = program.Host.Browser();
        await PostAsync(browser, "/sign-in", ("email", "root@example.org"), ("password", Password));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/audit/verify") { Headers = { { "Origin", "https://evil.example" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(request)).StatusCode);
        using var own = new HttpRequestMessage(HttpMethod.Post, "/api/audit/verify") { Headers = { { "Origin", "http://localhost" } } };
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(own)).StatusCode);
    }

    [Fact]
    public async Task Email_IsNeverMarkup()
    {
        using var browser = program.Host.Browser();
        var answer = await PostAsync(browser, "/sign-in", ("email", "\"><script>alert(1)</script>"), ("password", "x"));
        Assert.DoesNotContain("<script>alert", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_IsShownByGet_AndUsedByPost()
    {
        using var automation = program.Host.Automation();
        using var invited = await automation.PostAsJsonAsync("/api/accounts", new { email = "invited@example.org", grants = new[] { new { role = "viewer" } } });
        var address = $"{invited.Headers.Location}/sign-in-link";
        var made = await (await automation.PostAsync(address, null)).Content.ReadAsStringAsync();
        var code = CodePattern().Match(made).Groups[1].Value;
        using var browser = program.Host.Browser();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/sign-in?code={code}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/sign-in?code={code}")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync(browser, $"/sign-in?code={code}", ("code", code))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(browser, $"/sign-in?code={code}", ("code", code))).StatusCode);
        using var takeOver = await automation.PostAsync(address, null);
        Assert.Equal(HttpStatusCode.BadRequest, takeOver.StatusCode);
        Assert.Contains("cannot sign in as somebody", await takeOver.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_SurvivesARestart()
    {
        var data = new Dictionary<string, string?> { ["Storage:DataDirectory"] = RealServer.TemporaryFolder("restart") };
        string cookie;
        await using (var before = new TestProgram(data))
        {
            using var browser = before.Browser();
            var answer = await PostAsync(browser, "/sign-in", ("email", "root@example.org"), ("password", Password));
            cookie = answer.Headers.GetValues("Set-Cookie").Single(set => set.StartsWith("ops-session=", StringComparison.Ordinal)).Split(';')[0];
        }
        await using var after = new TestProgram(data);
        using var client = after.Automation(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/me")).StatusCode);
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/me")).StatusCode);
    }

    static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string page, params (string Name, string Value)[] fields)
    {
        var html = await browser.GetStringAsync(page);
        var token = TokenPattern().Match(html).Groups[1].Value;
        return await browser.PostAsync("/sign-in", new FormUrlEncodedContent([new("__RequestVerificationToken", token), .. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))]));
    }

    static string Alert(string html) => AlertPattern().Match(html).Groups[1].Value is { Length: > 0 } text ? text : throw new InvalidOperationException(html);

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();

    [GeneratedRegex("role=\"alert\">([^<]+)<")]
    private static partial Regex AlertPattern();

    [GeneratedRegex("code=([A-Za-z0-9_-]+)")]
    private static partial Regex CodePattern();

    public sealed class Program : IAsyncDisposable
    {
        public TestProgram Host { get; } = new(new() { ["Access:AttemptsPerMinute"] = "1000", ["Access:FailuresBeforeLock"] = "1000" });

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
