using Microsoft.Playwright;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class ShellTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Palette_OpenedByKeyboard_FindsAndOpensAPage()
    {
        var page = await browser.OpenAsync("/settings?from=palette");
        await page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(page.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("setti");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"{browser.Program.Address}/settings");
    }

    [BrowserFact]
    public async Task Theme_Switched_HoldsOnTheNextPage()
    {
        var page = await browser.OpenAsync("/settings");
        await page.Keyboard.PressAsync("t");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
    }

    [BrowserFact]
    public async Task Help_QuestionMark_ListsTheKeys()
    {
        var page = await browser.OpenAsync("/settings");
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" })).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Kiosk_HidesTheFrame()
    {
        var page = await browser.OpenAsync("/settings?kiosk");
        await Assertions.Expect(page.Locator("header.top")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Stranger_IsLedToTheSignIn()
    {
        var page = await browser.OpenAsync("/settings");
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/settings");
        await page.WaitForURLAsync("**/sign-in**");
    }

    [BrowserFact]
    public async Task Page_IsReadableBeforeItsCircuit()
    {
        var page = await browser.OpenAsync("/settings", interactive: false);
        using var client = new HttpClient();
        var cookies = await page.Context.CookiesAsync();
        client.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Name}={cookie.Value}")));
        Assert.Contains("<h1", await client.GetStringAsync($"{browser.Program.Address}/settings"), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task FirstPage_StaysUnderItsBudget()
    {
        var page = await browser.OpenAsync("/settings", interactive: false);
        // Compressed here: the development server sends some files as they are.
        var bytes = await page.EvaluateAsync<int>("""
            async () => {
              let sum = 0;
              for (const entry of performance.getEntriesByType('resource').filter(entry => /\.(js|css|woff2?)/.test(entry.name))) {
                const packed = (await fetch(entry.name)).body.pipeThrough(new CompressionStream('gzip'));
                sum += (await new Response(packed).arrayBuffer()).byteLength;
              }
              return sum;
            }
            """);
        Assert.InRange(bytes, 1, 300 * 1024);
    }
}
