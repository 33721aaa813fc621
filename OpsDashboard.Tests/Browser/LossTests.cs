using Microsoft.Playwright;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>What a person sees when data stops or the connection goes; the page's clock is in the test's hand, the way to the program too.</summary>
[Collection(BrowserTests.Name)]
public sealed class LossTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Data_StoppedForTenSeconds_GreysThePage_AndComesBack()
    {
        var page = await browser.OpenAsync("/", interactive: false);
        await page.Clock.InstallAsync();
        await page.ReloadAsync();
        await BrowserFixture.Interactive(page);
        await page.WaitForFunctionAsync("() => document.querySelector('live-figure')?.dataset.at");
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.stale === undefined");
        // A stopped process keeps its sockets open and says nothing: the worst kind of silence.
        await RealServer.RunAsync("/bin/kill", "-STOP", $"{browser.Program.ProcessId}");
        try
        {
            await page.Clock.RunForAsync(12_000);
            await page.WaitForFunctionAsync("() => document.documentElement.dataset.stale !== undefined");
        }
        finally
        {
            await RealServer.RunAsync("/bin/kill", "-CONT", $"{browser.Program.ProcessId}");
        }
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.stale === undefined");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Connection_LostForAMoment_TheSameCircuitGoesOn()
    {
        await LiveValue.SendAsync(browser.Program, "browser_loss", 1);
        await using var way = new CuttableWay(browser.Program.Port);
        var page = await browser.OpenAsync($"{way.Address}{LiveValue.Page("browser_loss")}", interactive: false);
        await BrowserFixture.Interactive(page);
        var shown = page.Locator(".values td.num").First;
        await Assertions.Expect(shown).ToHaveTextAsync("1");
        await page.EvaluateAsync("() => { window.before = true; }");

        way.Cut();
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("Connection lost");
        await LiveValue.SendAsync(browser.Program, "browser_loss", 2);
        way.Mend();

        // The table is drawn by the circuit, the chart by the live connection: both are back, in the page that was never left.
        await Assertions.Expect(shown).ToHaveTextAsync("2");
        await Assertions.Expect(page.Locator("live-chart .legend b").First).ToHaveTextAsync("2");
        await Assertions.Expect(page.Locator("#connection")).Not.ToContainTextAsync("Connection lost");
        Assert.True(await page.EvaluateAsync<bool>("() => window.before === true"));
        await page.Context.CloseAsync();
    }
}
