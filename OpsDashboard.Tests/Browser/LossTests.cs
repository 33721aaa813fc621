using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>What a person sees when data stops; the page's clock is in the test's hand.</summary>
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
        await page.WaitForFunctionAsync("() => document.querySelector('live-figure')?.dataset.at", null, new() { Timeout = 60_000 });
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
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.stale === undefined", null, new() { Timeout = 60_000 });
        await page.Context.CloseAsync();
    }
}
