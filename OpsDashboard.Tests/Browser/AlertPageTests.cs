using Microsoft.Playwright;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class AlertPageTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Acknowledge_WithoutScript_OnAPhone_Works()
    {
        var id = await SentAlert.FireAsync(browser.Program, "NightCall");
        var page = await browser.OpenAsync($"/alerts/{id}", width: 375, height: 812, script: false);
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("NightCall");
        var button = page.Locator(".alerthead button", new() { HasText = "Acknowledge" });
        Assert.True((await button.BoundingBoxAsync())!.Height >= 44);
        await button.ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("said=acknowledged$"));
        await Assertions.Expect(page.Locator(".note.ok")).ToContainTextAsync("You have it in hand.");

        await page.FillAsync("#note", "woken, looking");
        await page.PressAsync("text=Add note", "Enter");
        await Assertions.Expect(page.Locator(".events")).ToContainTextAsync("woken, looking");
        await page.PressAsync("text=Let go", "Enter");
        await Assertions.Expect(page.Locator("#inhand")).ToContainTextAsync("Nobody has it in hand.");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task FiringAlert_OnItsPage_FollowsWhatHappens_WithoutReload()
    {
        var id = await SentAlert.FireAsync(browser.Program, "LivePage");
        var (mine, other) = (await browser.OpenAsync($"/alerts/{id}"), await browser.OpenAsync($"/alerts/{id}", width: 375, height: 812));
        await mine.EvaluateAsync("() => { window.notReloaded = true; }");
        await other.Locator(".alerthead button", new() { HasText = "Acknowledge" }).ClickAsync();
        await Assertions.Expect(mine.Locator(".alerthead .next")).ToContainTextAsync("has it");
        await Assertions.Expect(mine.Locator(".events")).ToContainTextAsync("has it in hand");

        await SentAlert.ResolveAsync(browser.Program, "LivePage");
        await Assertions.Expect(mine.Locator(".alerthead")).ToContainTextAsync("Resolved");
        await Assertions.Expect(mine.Locator(".note.ok")).ToContainTextAsync("the condition no longer holds");
        Assert.True(await mine.EvaluateAsync<bool>("() => window.notReloaded === true"));
        await mine.Context.CloseAsync();
        await other.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Silence_FromTheAlert_IsPrefilled_AndShown()
    {
        var id = await SentAlert.FireAsync(browser.Program, "Noisy");
        var page = await browser.OpenAsync($"/alerts/{id}");
        await page.Keyboard.PressAsync("s");
        await Assertions.Expect(page.Locator("#silence-matchers")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("alertname=\"Noisy\""));
        await page.FillAsync("#silence-reason", "known, mended tomorrow");
        await page.ClickAsync("#silence button[type=submit]");
        await Assertions.Expect(page.Locator(".note.warning")).ToContainTextAsync("known, mended tomorrow");
        await page.Context.CloseAsync();
    }

    [BrowserTheory]
    [InlineData("dark")]
    [InlineData("light")]
    public async Task Page_FiringAcknowledgedAndResolved_AxeFindsNothing(string theme)
    {
        var id = await SentAlert.FireAsync(browser.Program, $"Axe{theme}");
        var page = await browser.OpenAsync($"/alerts/{id}", theme: theme);
        Assert.Empty(await Axe.FindAsync(page));
        await page.Locator(".alerthead button", new() { HasText = "Acknowledge" }).ClickAsync();
        await Assertions.Expect(page.Locator("#inhand")).ToContainTextAsync("has it since");
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(one => { one.open = true; })");
        Assert.Empty(await Axe.FindAsync(page));
        await SentAlert.ResolveAsync(browser.Program, $"Axe{theme}");
        await Assertions.Expect(page.Locator(".alerthead")).ToContainTextAsync("Resolved");
        Assert.Empty(await Axe.FindAsync(page));
        await page.SetViewportSizeAsync(375, 812);
        Assert.True(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= 375);
        await page.Context.CloseAsync();
    }
}
