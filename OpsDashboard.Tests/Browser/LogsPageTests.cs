using System.Net.Http.Headers;
using System.Text;
using Microsoft.Playwright;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>The page of the logs, as somebody uses it who looks for one request.</summary>
[Collection(BrowserTests.Name)]
public sealed class LogsPageTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Logs_SearchOpenChainAndPatterns_LeadFromOneToTheNext()
    {
        var id = Guid.NewGuid().ToString("N");
        await SendAsync(
            Line(3, "INFO", "case-opening", $"order {id} <b>taken</b>", id, ""),
            Line(2, "INFO", "liap-tui", $"order {id} paid", id, ""),
            Line(1, "ERROR", "dnd-companion", $"order {id} failed", id, ""","details":{"stack_trace":["Error: no stock","  at ship (ship.js:7)"],"request":{"path":"/ship"},"session":{"id":"s-1"},"recovery":{"attempted":true}}"""));
        var page = await browser.OpenAsync("/logs");

        // The newest lines stand there before anything is typed.
        await Assertions.Expect(page.Locator(".logline").First).ToBeVisibleAsync();
        // Keys mean something once the page's script runs, and what was typed before the circuit took over the page is gone.
        await BrowserFixture.Interactive(page);
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync($"order {id}");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".logline .said")).ToHaveTextAsync([$"order {id} failed", $"order {id} paid", $"order {id} <b>taken</b>"]);
        Assert.Contains($"q=order+{id}", page.Url);

        await BrowserFixture.Interactive(page);
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        var opened = page.Locator(".logline[open]");
        await Assertions.Expect(opened.Locator("pre").Last).ToContainTextAsync("at ship (ship.js:7)");
        await Assertions.Expect(opened.Locator("h3")).ToHaveTextAsync(["details.stack_trace", "Request", "Session", "Recovery", "Line"]);

        await opened.GetByRole(AriaRole.Link, new() { Name = id }).ClickAsync();
        await Assertions.Expect(page.Locator(".logline .of")).ToHaveTextAsync(["case-opening", "liap-tui", "dnd-companion"]);
        await Assertions.Expect(page.Locator(".logline .when").First).ToHaveTextAsync("+0.000 s");

        await page.GotoAsync(page.Url.Split('?')[0] + "?tab=patterns&system=dnd-companion&range=15m");
        await Assertions.Expect(page.Locator(".patterns .item", new() { HasText = "order * failed" })).ToContainTextAsync("NEW");
        await page.Context.CloseAsync();
    }

    [BrowserTheory]
    [InlineData("dark")]
    [InlineData("light")]
    public async Task Logs_WithLines_AxeFindsNothing(string theme)
    {
        var id = Guid.NewGuid().ToString("N");
        await SendAsync(
            Line(4, "INFO", "case-opening", $"axe {id} taken", id, ""), Line(3, "WARN", "case-opening", $"axe {id} is slow", id, ""), Line(2, "DEBUG", "liap-tui", $"axe {id} looked at", id, ""),
            Line(1, "ERROR", "dnd-companion", $"axe {id} failed", id, ""","details":{"stack_trace":["Error: no stock","  at ship (ship.js:7)"],"request":{"path":"/ship"}}"""));
        foreach (var (address, filled, width) in new[] { ($"q={id}", ".logline", 1440), ($"q={id}", ".logline", 375), ($"tab=patterns&q={id}", ".patterns .item", 1440), ($"tab=chain&correlationId={id}", ".logline", 375) })
        {
            var page = await browser.OpenAsync($"/logs?{address}", width: width, theme: theme);
            await Assertions.Expect(page.Locator(filled)).ToHaveCountAsync(4);
            if (filled == ".logline")
                await page.Locator(".logline summary").First.ClickAsync();
            var found = await Axe.FindAsync(page);
            var wide = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            await page.Context.CloseAsync();
            Assert.True(found.Length == 0, $"{address}, {width}: {string.Join('\n', found)}");
            Assert.True(wide <= width, $"{address} is {wide} px wide at {width}");
        }
    }

    [BrowserFact]
    public async Task Logs_FilesTab_ShowsHowFarAFollowedFileWasRead()
    {
        var page = await browser.OpenAsync("/logs?tab=files&system=case-opening");
        // The simulated game writes it, and its logs.yml names it.
        var file = page.Locator("table.files tbody tr", new() { HasText = "application.log" });
        await Assertions.Expect(file.Locator(".state")).ToHaveTextAsync("reads");
        await Assertions.Expect(file.Locator("[data-label=Lines]")).Not.ToHaveTextAsync("0");
        await Assertions.Expect(file.Locator(".last live-age")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Logs_TextThatCannotBeRead_IsSaidBesideTheForm()
    {
        var page = await browser.OpenAsync("/logs?q=%22open");
        await Assertions.Expect(page.Locator(".note.critical")).ToContainTextAsync("a \" is missing");
        await page.Context.CloseAsync();
    }

    static string Line(int secondsAgo, string level, string system, string message, string id, string more) =>
        $$"""{"timestamp":"{{TimeProvider.System.GetUtcNow().AddSeconds(-secondsAgo):O}}","level":"{{level}}","system":"{{system}}","correlation_id":"{{id}}","msg":"{{message}}"{{more}}}""";

    async Task SendAsync(params string[] lines)
    {
        using var client = new HttpClient { BaseAddress = new(browser.Program.Address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Testing.RunningProgram.ApiToken);
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"));
        using var answer = await client.PostAsync("/api/ingest/logs", content);
        answer.EnsureSuccessStatusCode();
    }
}
