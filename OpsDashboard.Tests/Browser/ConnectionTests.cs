using Microsoft.Playwright;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class ConnectionTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task LiveClockOfFigures_Ticks_WithoutTheRazorDiff()
    {
        var page = await browser.OpenAsync("/");
        await page.WaitForFunctionAsync("() => document.querySelector('live-figure')?.dataset.at");
        await page.WaitForFunctionAsync("""
            () => {
              window.moments ??= new Set();
              for (const figure of document.querySelectorAll('live-figure')) window.moments.add(figure.dataset.at);
              return window.moments.size >= 4;
            }
            """);
    }

    [BrowserFact]
    public async Task Server_Restarted_PageReloadsByItselfOnce()
    {
        await using var program = await RunningProgram.StartAsync();
        var page = await browser.OpenOtherAsync(program, "/settings?from-test=1");
        await page.EvaluateAsync("() => { window.before = true; }");
        await program.KillAsync();
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("Connection lost");
        await program.StartAgainAsync();
        await page.WaitForFunctionAsync("() => window.before === undefined && document.querySelector('main[data-interactive]')");
        Assert.EndsWith("/settings?from-test=1", page.Url, StringComparison.Ordinal);
    }
}
