using Microsoft.Playwright;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class PinTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Chart_PinnedOntoTwoDashboards_IsFoundOnEach_AndRemoved()
    {
        await LiveValue.SendAsync(browser.Program, "browser_pin", 1);
        var page = await browser.OpenAsync(LiveValue.Page("browser_pin"));
        await PinAsync(page, "Night shift", "Seen at night");
        await PinAsync(page, "Day shift", "Seen by day");

        await page.ClickAsync("nav.tabbar a:has-text('My dashboards')");
        await Assertions.Expect(page.Locator(".owndashboards a")).ToHaveTextAsync(["Day shift", "Night shift"]);
        await page.ClickAsync(".owndashboards a:has-text('Night shift')");
        await Assertions.Expect(page.Locator(".chartpanel h2")).ToHaveTextAsync(["Seen at night"]);

        await page.ClickAsync("button[aria-label='Remove Seen at night']");
        await Assertions.Expect(page.Locator(".chartpanel h2")).ToHaveTextAsync(["Seen by day"]);
        await page.ClickAsync("button[aria-label='Remove Seen by day']");
        await Assertions.Expect(page.GetByText("Nothing pinned yet")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    static async Task PinAsync(IPage page, string dashboard, string title)
    {
        await page.ClickAsync("[data-open=pin-chart]");
        await page.FillAsync("#pin-title", title);
        await page.FillAsync("#pin-dashboard", dashboard);
        await page.ClickAsync("dialog[open] .btn.primary");
        await Assertions.Expect(page.Locator(".toast").Last).ToHaveTextAsync($"Pinned to {dashboard}");
    }
}
