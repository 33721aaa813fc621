using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>What a person does on the first day: watch something of one's own, and remove the demo.</summary>
[Collection(BrowserTests.Name)]
public sealed class SetUpTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Target_FilledIn_IsTestedSavedAndLive_AndGoesAway()
    {
        await using var program = await RunningProgram.StartAsync(new Dictionary<string, string> { ["Simulator__Enabled"] = "false" });
        var page = await browser.OpenOtherAsync(program, "/catalogue/add-target");
        await page.FillAsync("#system-name", "Web shop");
        await page.SelectOptionAsync("#kind", "http");
        await page.FillAsync("#address", $"{program.Address}/sign-in");
        await Assertions.Expect(page.Locator("#yaml")).ToHaveValueAsync(new Regex("kind: http[\\s\\S]*/sign-in"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.WaitForURLAsync("**/systems/web-shop");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Web shop" }).First).ToBeVisibleAsync();

        // Live without a restart: its probe has answered.
        await page.GotoAsync("/");
        await BrowserFixture.Interactive(page);
        await Assertions.Expect(page.Locator("a.sys", new() { HasText = "Web shop" })).ToContainTextAsync("Ok");

        await page.GotoAsync("/catalogue");
        await BrowserFixture.Interactive(page);
        await page.ClickAsync("[data-open=remove-web-shop]");
        await page.Locator("#remove-web-shop").GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(page.Locator("#web-shop")).ToHaveCountAsync(0);
        await page.GotoAsync("/");
        await BrowserFixture.Interactive(page);
        await Assertions.Expect(page.Locator("a.sys", new() { HasText = "Web shop" })).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }
}
