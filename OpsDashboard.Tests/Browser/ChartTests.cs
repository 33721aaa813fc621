using Microsoft.Playwright;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class ChartTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Chart_NewSample_IsShownWithoutAReload()
    {
        await LiveValue.SendAsync(browser.Program, "browser_chart", 41);
        var page = await browser.OpenAsync(LiveValue.Page("browser_chart"));
        // The legend stands in the chart's own tree; the table beside it is drawn by the page, which follows the same samples.
        await Assertions.Expect(page.Locator("live-chart .legend b").First).ToHaveTextAsync("41");
        await LiveValue.SendAsync(browser.Program, "browser_chart", 42);
        await Assertions.Expect(page.Locator("live-chart .legend b").First).ToHaveTextAsync("42");
        await Assertions.Expect(page.Locator(".values td.num").First).ToHaveTextAsync("42");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Drag_Zooms_AndDoubleClickLeadsBack()
    {
        var page = await OpenSystemAsync();
        var box = (await page.Locator("live-chart .plot").First.BoundingBoxAsync())!;
        var y = box.Y + (box.Height / 2);
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.5f), y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.8f), y, new() { Steps = 8 });
        await page.Mouse.UpAsync();
        await page.WaitForURLAsync("**from=*&to=*");
        // Every chart of the page follows the address.
        await page.Locator("live-chart .plot").First.DblClickAsync(new() { Position = new() { X = box.Width / 2, Y = box.Height / 3 } });
        await page.WaitForFunctionAsync("() => !location.search.includes('from=')");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Pointer_OverOneChart_MovesTheCrosshairOfAll()
    {
        var page = await OpenSystemAsync();
        var box = (await page.Locator("live-chart .plot").First.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.6f), box.Y + (box.Height / 2));
        await page.WaitForFunctionAsync("""
            () => { const times = [...document.querySelectorAll('live-chart')].map(chart => chart.shadowRoot.querySelector('.at')?.textContent);
                    return times.length > 1 && times.every(time => time && time === times[0]); }
            """);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Pause_HoldsThePicture_AndGoOnShowsWhatCameMeanwhile()
    {
        await LiveValue.SendAsync(browser.Program, "browser_pause", 7);
        var page = await browser.OpenAsync(LiveValue.Page("browser_pause"));
        var value = page.Locator("live-chart .legend b").First;
        await Assertions.Expect(value).ToHaveTextAsync("7");
        await page.ClickAsync("[data-action=pause]");
        await Assertions.Expect(page.Locator("[data-action=pause]")).ToHaveTextAsync("Go on");
        await LiveValue.SendAsync(browser.Program, "browser_pause", 8);
        // The table shows that the sample has arrived; the chart still stands.
        await Assertions.Expect(page.Locator(".values td.num").First).ToHaveTextAsync("8");
        await Assertions.Expect(value).ToHaveTextAsync("7");
        await page.ClickAsync("[data-action=pause]");
        await Assertions.Expect(value).ToHaveTextAsync("8");
        await page.Context.CloseAsync();
    }

    async Task<IPage> OpenSystemAsync()
    {
        var page = await browser.OpenAsync("/systems/case-opening");
        await page.WaitForFunctionAsync("() => document.querySelector('live-chart')?.shadowRoot?.querySelector('.legend b')?.textContent");
        return page;
    }
}
