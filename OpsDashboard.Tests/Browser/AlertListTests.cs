using Microsoft.Playwright;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class AlertListTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Alerts_ChosenAndAcknowledged_ByKeyboardAlone()
    {
        foreach (var pod in new[] { "one", "two", "three" })
            await SentAlert.FireAsync(browser.Program, "KeyBoard", pod: pod);
        var page = await browser.OpenAsync("/alerts?q=KeyBoard");
        var rows = page.Locator(".alertrow");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        // The heading of the bundle, then its first and second row.
        foreach (var key in new[] { "j", "j", "x", "j", "x", "a" })
            await page.Keyboard.PressAsync(key);
        await Assertions.Expect(page.Locator(".toast:not(.announced)").First).ToContainTextAsync("2 alerts are in your hand");
        await Assertions.Expect(page.Locator(".alertrow .owner", new() { HasText = "nobody" })).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/alerts/[0-9a-f-]{36}"));
        await page.Context.CloseAsync();
    }

    [BrowserTheory]
    [InlineData("dark")]
    [InlineData("light")]
    public async Task List_FilledWithEverythingThatAnAlertCanBe_AxeFindsNothing(string theme)
    {
        foreach (var (severity, pod) in new[] { ("critical", "one"), ("critical", "two"), ("warning", "three"), ("info", "four") })
            await SentAlert.FireAsync(browser.Program, "AxeList", severity, pod);
        var id = await SentAlert.FireAsync(browser.Program, $"AxeOwned{theme}");
        await SentAlert.FireAsync(browser.Program, "AxeSilenced");
        await SentAlert.PostAsync(browser.Program, $"/api/alerts/{id}/acknowledge", new { note = "restarting it" });
        await SentAlert.PostAsync(browser.Program, "/api/silences", new { matchers = new[] { "alertname=AxeSilenced", "system=case-opening" }, endsAt = TimeProvider.System.GetUtcNow().AddMinutes(10), reason = "is being mended" });
        foreach (var width in new[] { 1440, 375 })
        {
            var page = await browser.OpenAsync("/alerts?q=Axe", width: width, theme: theme);
            await Assertions.Expect(page.Locator(".alertrow", new() { HasText = $"AxeOwned{theme}" })).ToHaveCountAsync(1);
            // What is bundled is folded; on a wide screen one of it is chosen.
            await page.EvaluateAsync("() => { for (const folded of document.querySelectorAll('.alertlist details')) folded.open = true; }");
            if (await page.Locator(".alertrow input[type=checkbox]:visible").CountAsync() > 0)
                await page.Locator(".alertrow input[type=checkbox]:visible").First.CheckAsync();
            var found = await Axe.FindAsync(page);
            var wide = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            await page.Context.CloseAsync();
            Assert.True(found.Length == 0, string.Join('\n', found));
            Assert.True(wide <= width, $"{wide} px wide at {width}");
        }
    }

    [BrowserFact]
    public async Task NewAlert_ShowsInList_BadgeTitleAndToast_WithoutReload()
    {
        var page = await browser.OpenAsync("/alerts?q=JustNow");
        await Assertions.Expect(page.Locator(".empty")).ToContainTextAsync("No alert passes this filter");
        await SentAlert.FireAsync(browser.Program, "JustNow");
        await Assertions.Expect(page.Locator(".alertrow")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator(".toast.announced", new() { HasText = "JustNow of one is wrong" })).ToHaveCountAsync(1);
        await Assertions.Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex(@"^\(\d+\) Alerts"));
        await Assertions.Expect(page.Locator(".rail a[href=alerts] menu-badge")).Not.ToHaveAttributeAsync("count", "0");
        await page.Locator(".toast.announced a", new() { HasText = "JustNow" }).ClickAsync();
        await Assertions.Expect(page.Locator(".alerthead h1")).ToContainTextAsync("JustNow");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task ChangedOrder_WaitsWhileThePointerIsOnTheList()
    {
        await SentAlert.FireAsync(browser.Program, "OrderMild", "warning");
        var page = await browser.OpenAsync("/alerts?q=Order");
        await page.Locator(".alertrow").First.HoverAsync();
        await SentAlert.FireAsync(browser.Program, "OrderWorse");
        await Assertions.Expect(page.Locator(".alertlist > header")).ToContainTextAsync("Order changed");
        await Assertions.Expect(page.Locator(".alertrow").First).ToContainTextAsync("OrderMild");
        await page.ClickAsync("text=Order changed");
        await Assertions.Expect(page.Locator(".alertrow").First).ToContainTextAsync("OrderWorse");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task List_WithoutScript_FiltersAndAcknowledges()
    {
        await SentAlert.FireAsync(browser.Program, "PlainList");
        var page = await browser.OpenAsync("/alerts", width: 375, height: 812, script: false);
        await page.FillAsync("input[name=q]", "PlainList");
        await page.ClickAsync("text=Show");
        await Assertions.Expect(page.Locator(".alertrow")).ToHaveCountAsync(1);
        await page.CheckAsync(".alertrow input[type=checkbox]");
        await page.ClickAsync("text=Acknowledge chosen");
        await Assertions.Expect(page.Locator(".note.ok")).ToContainTextAsync("You have it in hand.");
        await Assertions.Expect(page.Locator(".alertrow .owner")).Not.ToContainTextAsync("nobody");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Overview_AlertThatNeedsAPerson_IsTakenThere()
    {
        await SentAlert.FireAsync(browser.Program, "FromOverview");
        var page = await browser.OpenAsync("/", width: 375, height: 812);
        var row = page.Locator(".itemrow", new() { HasText = "FromOverview of one is wrong" });
        await Assertions.Expect(row.Locator("a.item")).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^alerts/"));
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await SentAlert.ResolveAsync(browser.Program, "FromOverview");
        await page.Context.CloseAsync();
    }
}
