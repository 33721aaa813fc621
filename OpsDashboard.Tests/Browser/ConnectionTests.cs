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
        var seen = await page.EvaluateAsync<int>("""
            () => new Promise(done => {
              const values = new Set(), until = performance.now() + 4500;
              const look = () => {
                for (const figure of document.querySelectorAll('live-figure')) values.add(figure.dataset.at);
                performance.now() < until ? requestAnimationFrame(look) : done(values.size);
              };
              look();
            })
            """);
        Assert.True(seen >= 4, $"Only {seen} different moments in 4.5 s.");
    }

    [BrowserFact]
    public async Task Server_Restarted_PageReloadsByItselfOnce()
    {
        await using var program = await RunningProgram.StartAsync();
        var page = await browser.OpenOtherAsync(program, "/settings?from-test=1");
        await page.EvaluateAsync("() => { window.before = true; }");
        await program.KillAsync();
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("Connection lost", new() { Timeout = 10_000 });
        await program.StartAgainAsync();
        await page.WaitForFunctionAsync("() => window.before === undefined && document.querySelector('main[data-interactive]')", null, new() { Timeout = 40_000 });
        Assert.EndsWith("/settings?from-test=1", page.Url, StringComparison.Ordinal);
    }
}
