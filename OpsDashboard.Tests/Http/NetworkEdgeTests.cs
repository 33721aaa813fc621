using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Http;

/// <summary>What lies between the program and a browser: TLS, a reverse proxy, a path below another site. Over real sockets.</summary>
public sealed partial class NetworkEdgeTests
{
    const string Session = "ops-session";

    [Fact]
    public async Task Tls_SessionCookieIsHeldToTheHost_AndVoidAfterSignOut()
    {
        using var certificate = LoopbackServer.SelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
        await using var program = new TestProgram();
        using var browser = Start(program, certificate);
        Assert.Equal("https", browser.BaseAddress!.Scheme);

        var signedIn = await SignInAsync(browser);
        var cookie = Cookies(signedIn).Single(set => set.Contains(Session, StringComparison.Ordinal));
        Assert.StartsWith($"__Host-{Session}=", cookie, StringComparison.Ordinal);
        foreach (var attribute in new[] { "path=/;", "secure", "httponly", "samesite=lax" })
            Assert.Contains(attribute, cookie + ";", StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.All(Cookies(signedIn), set => Assert.Contains("secure", set, StringComparison.OrdinalIgnoreCase));
        Assert.StartsWith("max-age=", Assert.Single(signedIn.Headers.GetValues("Strict-Transport-Security")), StringComparison.Ordinal);

        var pair = cookie.Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, await MeAsync(browser, pair));
        // A neighbour on the same domain can plant the plain name; over TLS nobody reads it.
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(browser, pair["__Host-".Length..]));

        using var signOut = await PostAsync(browser, "/sign-out", pair, await FormAsync(browser, "/sign-in", pair));
        Assert.Equal(HttpStatusCode.Redirect, signOut.StatusCode);
        Assert.Contains(Cookies(signOut), set => set.StartsWith($"__Host-{Session}=;", StringComparison.Ordinal) && set.Contains("secure", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(browser, pair));
    }

    [Fact]
    public async Task ForwardedHeaders_OfNobodysProxy_AreIgnored()
    {
        await using var program = new TestProgram(new() { ["Access:AttemptsPerMinute"] = "2" });
        using var browser = Start(program);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            // A stranger who may name an address of their own has as many attempts as addresses.
            using var answer = await SignInAsync(browser, "wrong", ("X-Forwarded-For", $"203.0.113.{attempt}"), ("X-Forwarded-Proto", "https"));
            Assert.Equal(attempt <= 2 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        }
    }

    [Fact]
    public async Task ForwardedHeaders_OfTheConfiguredProxy_AreBelieved_ButNotWhatTheClientPutBefore()
    {
        await using var program = new TestProgram(new() { ["Access:AttemptsPerMinute"] = "2", ["Http:KnownProxies"] = "127.0.0.1" });
        using var browser = Start(program);
        for (var attempt = 1; attempt <= 3; attempt++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(browser, "wrong", ("X-Forwarded-For", $"203.0.113.{attempt}"))).StatusCode);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            using var answer = await SignInAsync(browser, "wrong", ("X-Forwarded-For", $"198.51.100.{attempt}, 203.0.113.99"));
            Assert.Equal(attempt <= 2 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, answer.StatusCode);
        }
        using var secure = await SignInAsync(browser, TestPassword, ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"));
        Assert.Contains(Cookies(secure), set => set.StartsWith($"__Host-{Session}=", StringComparison.Ordinal));
        Assert.True(secure.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task PathBase_IsInEveryAddressThatIsHandedOut()
    {
        await using var program = new TestProgram(new() { ["Http:PathBase"] = "/ops" });
        using var browser = Start(program);
        using var page = await browser.SendAsync(Page("/ops/sign-in"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("<base href=\"/ops/\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var led = await browser.SendAsync(Page("/ops/audit"));
        Assert.StartsWith("/ops/sign-in?", led.Headers.Location!.IsAbsoluteUri ? led.Headers.Location.PathAndQuery : led.Headers.Location.ToString(), StringComparison.Ordinal);
        using var signedIn = await SignInAsync(browser, TestPassword, "/ops/sign-in");
        Assert.Equal("/ops/", signedIn.Headers.Location?.ToString());
        var cookie = Cookies(signedIn).Single(set => set.StartsWith($"{Session}=", StringComparison.Ordinal));
        Assert.Contains("path=/ops", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, await MeAsync(browser, cookie.Split(';')[0], "/ops/api/me"));
    }

    const string TestPassword = "correct horse battery";

    static HttpClient Start(TestProgram program, X509Certificate2? certificate = null)
    {
        program.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        program.StartServer();
        var address = program.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate?.GetCertHashString();
        return new(handler) { BaseAddress = new(address), Timeout = Patience.Limit };
    }

    static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string password = TestPassword, params (string Name, string Value)[] headers) => SignInAsync(browser, password, "/sign-in", headers);

    static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string password, string path, params (string Name, string Value)[] headers)
    {
        var (token, form) = await FormAsync(browser, path, null, headers);
        return await PostAsync(browser, path, null, (token, form), [("email", "root@example.org"), ("password", password)], headers);
    }

    /// <summary>The form's hidden token and the cookie that goes with it.</summary>
    static async Task<(string Token, string Cookie)> FormAsync(HttpClient browser, string path, string? cookie, params (string Name, string Value)[] headers)
    {
        using var page = await browser.SendAsync(With(Page(path), cookie, headers));
        var token = TokenPattern().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;
        return (token, Cookies(page).Single(set => set.StartsWith("ops-form", StringComparison.Ordinal)).Split(';')[0]);
    }

    static Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, string? cookie, (string Token, string Cookie) form, (string Name, string Value)[]? fields = null, (string Name, string Value)[]? headers = null)
    {
        var request = Page(path, HttpMethod.Post);
        request.Content = new FormUrlEncodedContent([new("__RequestVerificationToken", form.Token), .. (fields ?? []).Select(field => new KeyValuePair<string, string>(field.Name, field.Value))]);
        return browser.SendAsync(With(request, cookie is null ? form.Cookie : $"{cookie}; {form.Cookie}", headers ?? []));
    }

    static async Task<HttpStatusCode> MeAsync(HttpClient browser, string cookie, string path = "/api/me")
    {
        using var answer = await browser.SendAsync(With(new(HttpMethod.Get, path), cookie, []));
        return answer.StatusCode;
    }

    static HttpRequestMessage Page(string path, HttpMethod? method = null) => new(method ?? HttpMethod.Get, path) { Headers = { { "Accept", "text/html" } } };

    static HttpRequestMessage With(HttpRequestMessage request, string? cookie, (string Name, string Value)[] headers)
    {
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return request;
    }

    static string[] Cookies(HttpResponseMessage answer) => answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [];

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();
}
