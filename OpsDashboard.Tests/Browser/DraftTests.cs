using Microsoft.Playwright;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class DraftTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Form_PageReloaded_KeepsWhatWasTyped()
    {
        var page = await browser.OpenAsync("/catalogue/add-target");
        await page.FillAsync("#system-name", "Web shop");
        await page.FillAsync("#address", "127.0.0.1:9100");
        await page.ReloadAsync();
        await BrowserFixture.Interactive(page);
        await Assertions.Expect(page.Locator("#system-name")).ToHaveValueAsync("Web shop");
        await Assertions.Expect(page.Locator("#address")).ToHaveValueAsync("127.0.0.1:9100");
        // The circuit heard of it too: what will be saved is drawn from its own state.
        await Assertions.Expect(page.Locator("label[for=yaml]")).ToHaveTextAsync("Entry in web-shop/targets.yml");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Document_EditedAndReloaded_KeepsTheEditOverTheServersText()
    {
        var page = await browser.OpenAsync("/catalogue/document?path=case-opening/system.yml");
        var text = await page.InputValueAsync("#text");
        await page.FillAsync("#text", $"# my thought\n{text}");
        await page.ReloadAsync();
        await BrowserFixture.Interactive(page);
        await Assertions.Expect(page.Locator("#text")).ToHaveValueAsync($"# my thought\n{text}");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeEnabledAsync();
        await page.Context.CloseAsync();
    }
}
