using Microsoft.Playwright;
using OpsDashboard.Tests.Testing;
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
        await UntilAsync(async () =>
        {
            var box = await BoxAsync(page);
            var y = box.Y + (box.Height / 2);
            await page.Mouse.MoveAsync(box.X + (box.Width * 0.5f), y);
            await page.Mouse.DownAsync();
            await page.Mouse.MoveAsync(box.X + (box.Width * 0.8f), y, new() { Steps = 8 });
            await page.Mouse.UpAsync();
        }, () => Task.FromResult(page.Url.Contains("from=", StringComparison.Ordinal) && page.Url.Contains("to=", StringComparison.Ordinal)));
        // Every chart of the page follows the address.
        await UntilAsync(async () =>
        {
            var box = await BoxAsync(page);
            await page.Mouse.DblClickAsync(box.X + (box.Width / 2), box.Y + (box.Height / 3));
        }, () => Task.FromResult(!page.Url.Contains("from=", StringComparison.Ordinal)));
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Pointer_OverOneChart_MovesTheCrosshairOfAll()
    {
        var page = await OpenSystemAsync();
        await UntilAsync(async () =>
        {
            var box = await BoxAsync(page);
            await page.Mouse.MoveAsync(box.X + (box.Width * 0.5f), box.Y + (box.Height / 2));
            await page.Mouse.MoveAsync(box.X + (box.Width * 0.6f), box.Y + (box.Height / 2));
        }, () => page.EvaluateAsync<bool>("""
            () => { const times = [...document.querySelectorAll('live-chart')].map(chart => chart.shadowRoot.querySelector('.at')?.textContent);
                    return times.length > 1 && times.every(time => time && time === times[0]); }
            """));
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

    // A page that still grows moves the chart from under the pointer, as it does for a person: whoever missed does it again.
    static async Task UntilAsync(Func<Task> gesture, Func<Task<bool>> happened)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            await gesture();
            for (var waits = 0; waits < 20; waits++)
            {
                if (await happened())
                    return;
                await pause.WaitForNextTickAsync(limit.Token);
            }
        }
    }

    static async Task<LocatorBoundingBoxResult> BoxAsync(IPage page)
    {
        var plot = page.Locator("live-chart .plot").First;
        await plot.ScrollIntoViewIfNeededAsync();
        return (await plot.BoundingBoxAsync())!;
    }

    async Task<IPage> OpenSystemAsync()
    {
        var page = await browser.OpenAsync("/systems/case-opening");
        await page.WaitForFunctionAsync("() => document.querySelector('live-chart')?.shadowRoot?.querySelector('.legend b')?.textContent");
        return page;
    }
}
