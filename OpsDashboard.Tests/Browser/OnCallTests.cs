using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class OnCallTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task NextLevel_WithoutScript_OnAPhone_PagesTheNextAndSaysSo()
    {
        var component = $"night-{Guid.NewGuid():N}"[..14];
        var id = await FireAsync("NobodyCan", component);
        var page = await browser.OpenAsync($"/alerts/{id}", width: 375, height: 812, script: false);
        var button = page.Locator(".alerthead button", new() { HasText = "Can't: next" });
        // The first page goes out a moment after the alert; without script the page is asked again.
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (await button.CountAsync() == 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await page.ReloadAsync();
        }
        await Assertions.Expect(page.Locator("#paging")).ToContainTextAsync("On-call engineer");
        Assert.True((await button.BoundingBoxAsync())!.Height >= 44);
        await button.ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("said=passed-on$"));
        await Assertions.Expect(page.Locator(".note.ok")).ToContainTextAsync("the next level is paged now");
        while (!(await page.Locator("#paging").InnerTextAsync()).Contains("Backend Lead", StringComparison.Ordinal))
        {
            limit.Token.ThrowIfCancellationRequested();
            await page.ReloadAsync();
        }
        await page.Context.CloseAsync();
        await SendAsync("NobodyCan", component, ends: true);
    }

    [BrowserTheory]
    [InlineData("dark", 1440)]
    [InlineData("light", 375)]
    public async Task Page_AtBothWidths_SaysWhoIsOnCall_FitsAndAxeFindsNothing(string theme, int width)
    {
        var page = await browser.OpenAsync("/oncall", width: width, theme: theme);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("On-call developer");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("After 30m");
        await Assertions.Expect(page.Locator(".weekgrid").First).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"));
        Assert.Empty(await Axe.FindAsync(page));
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Override_Arranged_IsMarkedInTheWeek_AndTakenBack()
    {
        var page = await browser.OpenAsync("/oncall");
        var day = TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(2);
        await page.SelectOptionAsync("#take-schedule", "qn-level-1");
        await page.SelectOptionAsync("#take-person", "qn-infrastructure");
        await page.FillAsync("#take-from", $"{day:yyyy-MM-dd}T18:00");
        await page.FillAsync("#take-to", $"{day.AddDays(1):yyyy-MM-dd}T09:00");
        await page.Locator("button", new() { HasText = "Take over" }).ClickAsync();
        var marked = page.Locator(".duty.override", new() { HasText = "Infrastructure team" });
        await Assertions.Expect(marked.First).ToContainTextAsync("override");
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.Locator("button", new() { HasText = "Take back" }).ClickAsync();
        await Assertions.Expect(marked).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    async Task<string> FireAsync(string name, string component)
    {
        await SendAsync(name, component, ends: false);
        return await SentAlert.FindAsync(browser.Program, "dnd-companion", one => one.GetProperty("labels").GetProperty("component").GetString() == component);
    }

    // What fires on stands on pages of other tests.
    async Task SendAsync(string name, string component, bool ends)
    {
        var now = TimeProvider.System.GetUtcNow();
        await SentAlert.PostAsync(browser.Program, "/api/v2/alerts", new[]
        {
            new
            {
                labels = new Dictionary<string, string> { ["alertname"] = name, ["severity"] = "critical", ["system"] = "dnd-companion", ["component"] = component },
                annotations = new Dictionary<string, string> { ["summary"] = $"{name} in {component}" },
                startsAt = now.AddMinutes(-1),
                endsAt = ends ? now : now.AddHours(1),
            },
        });
    }
}
