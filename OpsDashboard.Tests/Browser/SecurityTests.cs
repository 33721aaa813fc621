using System.Net.Http.Headers;
using System.Text;
using Microsoft.Playwright;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>The page of security signals and the live tail on it.</summary>
[Collection(BrowserTests.Name)]
public sealed class SecurityTests(BrowserFixture browser)
{
    async Task SendAsync(IEnumerable<string> lines)
    {
        using var client = new HttpClient { BaseAddress = new(browser.Program.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningProgram.ApiToken);
        using var content = new StringContent(string.Concat(lines.Select(line => line + "\n")), Encoding.UTF8, "application/x-ndjson");
        using var response = await client.PostAsync("/api/ingest/logs?system=case-opening", content);
        response.EnsureSuccessStatusCode();
    }

    static string Line(string message) => $$$"""{"level":"WARN","category":"security_event","event":"AUTH_FAILED","message":"{{{message}}}","details":{"ip":"203.0.113.9"}}""";

    [BrowserFact]
    public async Task Tail_ShowsLinesAsText_PausesClearsAndHighlights()
    {
        var page = await browser.OpenAsync("/security?system=case-opening");
        var tail = page.Locator("live-tail");
        await Assertions.Expect(tail.GetByRole(AriaRole.Status)).Not.ToHaveTextAsync("");
        await SendAsync([Line("<img src=x onerror=alert(1)> first")]);
        await Assertions.Expect(tail.Locator(".message", new() { HasText = "<img src=x onerror=alert(1)> first" })).ToHaveCountAsync(1);
        Assert.Equal(0, await tail.Locator("img").CountAsync());
        await tail.GetByLabel("Highlight text in the lines").FillAsync("onerror");
        await Assertions.Expect(tail.Locator("mark")).ToHaveTextAsync("onerror");
        await tail.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await SendAsync([Line("while paused")]);
        await Assertions.Expect(tail.GetByRole(AriaRole.Status)).ToContainTextAsync(new System.Text.RegularExpressions.Regex("paused, [1-9]"));
        await Assertions.Expect(tail.Locator(".message", new() { HasText = "while paused" })).ToHaveCountAsync(0);
        await tail.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Assertions.Expect(tail.Locator(".message", new() { HasText = "while paused" })).ToHaveCountAsync(1);
        await tail.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await tail.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Assertions.Expect(tail.Locator(".row")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Tail_InAFlood_StaysBoundedAndSaysWhatItLeftOut()
    {
        var page = await browser.OpenAsync("/security?system=case-opening");
        var tail = page.Locator("live-tail");
        // Followed: a line came through.
        await SendAsync([Line("ahead of the flood")]);
        await Assertions.Expect(tail.Locator(".message", new() { HasText = "ahead of the flood" })).ToHaveCountAsync(1);
        for (var i = 0; i < 5; i++)
            await SendAsync(Enumerable.Range(0, 4000).Select(n => Line($"flood {i} {n}")));
        await Assertions.Expect(tail.GetByRole(AriaRole.Status)).ToContainTextAsync("left out");
        Assert.InRange(await tail.Locator(".row").CountAsync(), 1, 2000);
        // The page answers all the while.
        await tail.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(tail.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [BrowserTheory]
    [InlineData(1440)]
    [InlineData(375)]
    public async Task Page_TellsSignalsAndLeadsToTheirLines(int width)
    {
        await SendAsync([Line("for the page")]);
        var page = await browser.OpenAsync("/security?range=1h", width, 900);
        await Assertions.Expect(page.Locator(".signal")).ToHaveCountAsync(6);
        await Assertions.Expect(page.Locator("#signal-failed-logins .signalhead b")).Not.ToHaveTextAsync("0");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await page.Locator("#signal-failed-logins .signalhead").ClickAsync();
        await page.WaitForURLAsync("**/logs?**event=AUTH_FAILED**");
        await page.Context.CloseAsync();
    }
}
