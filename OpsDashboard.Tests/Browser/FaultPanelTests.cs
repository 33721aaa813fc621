using Microsoft.Playwright;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class FaultPanelTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Crash_FromThePanel_StandsFirstOnTheOverviewInASentence_AndEnds()
    {
        var overview = await browser.OpenAsync("/");
        var panel = await browser.OpenAsync("/simulator");
        await panel.Locator("#dnd-companion button.fault", new() { HasText = "Crash" }).ClickAsync();
        await Assertions.Expect(panel.Locator("#dnd-companion .running li")).ToHaveCountAsync(1);
        await Assertions.Expect(overview.Locator("section.lead.critical p")).ToContainTextAsync("D&D Companion");
        await Assertions.Expect(overview.Locator("a.sys").First).ToContainTextAsync("Critical");
        await panel.Locator("#dnd-companion .running button", new() { HasText = "End" }).First.ClickAsync();
        await Assertions.Expect(overview.Locator("a.sys", new() { HasText = "D&D Companion" })).ToContainTextAsync("Ok");
        await overview.Context.CloseAsync();
        await panel.Context.CloseAsync();
    }
}
