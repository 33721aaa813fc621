using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>What an engineer does about noise: moves a line after seeing when it would have fired, silences, and looks who is told.</summary>
[Collection(BrowserTests.Name)]
public sealed class RulesTests(BrowserFixture browser)
{
    const string Rule = "quantum-nexus/quantum-nexus-alerts/CpuUsage";

    [BrowserFact]
    public async Task Threshold_IsChangedAfterTryingItOnTheLastWeek_AndTakenBack()
    {
        var page = await browser.OpenAsync("/rules?system=quantum-nexus");
        await page.GetByRole(AriaRole.Link, new() { Name = "CpuUsage" }).ClickAsync();
        await page.WaitForURLAsync($"**/rules?rule={Uri.EscapeDataString(Rule)}");
        await Assertions.Expect(page.Locator("#rule-threshold")).ToHaveValueAsync("80 %");
        await Assertions.Expect(page.Locator(".trial")).ToContainTextAsync("As it is now");

        // A line that the load crosses: it would have fired.
        await page.FillAsync("#rule-for", "0s");
        await page.FillAsync("#rule-threshold", "1 %");
        await page.Locator("#rule-threshold").BlurAsync();
        await Assertions.Expect(page.Locator(".trials .figure", new() { HasText = "Changed" })).ToContainTextAsync(new Regex("once|times"));
        await Assertions.Expect(page.Locator("#rule-summary")).ToHaveValueAsync(new Regex("limit 1%"));
        await page.FillAsync("#rule-threshold", "everything");
        await page.Locator("#rule-threshold").BlurAsync();
        await Assertions.Expect(page.Locator(".field.wrong")).ToContainTextAsync("is a figure such as");

        await page.FillAsync("#rule-for", "5m");
        await page.FillAsync("#rule-threshold", "95 %");
        await page.Locator("#rule-threshold").BlurAsync();
        await Assertions.Expect(page.Locator(".trials .figure", new() { HasText = "Changed" })).ToContainTextAsync("never");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved as version")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("dd pre").First).ToContainTextAsync("> 0.95");

        await page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Assertions.Expect(page.Locator("dd pre").First).ToContainTextAsync("> 0.8");
        await page.GetByRole(AriaRole.Link, new() { Name = "Versions" }).ClickAsync();
        await Assertions.Expect(page.Locator("details.version")).Not.ToHaveCountAsync(1);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Document_WithAMistake_SaysSoWhileItIsTyped()
    {
        var page = await browser.OpenAsync($"/rules?rule={Uri.EscapeDataString(Rule)}&view=document");
        var text = await page.InputValueAsync("#rule-document");
        await page.FillAsync("#rule-document", text.Replace("> 0.8", "> > 0.8"));
        await Assertions.Expect(page.Locator(".problemline", new() { HasText = "is not a PromQL expression" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Nothing is wrong with it")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Silence_IsPreviewedMadeAndExpired()
    {
        var page = await browser.OpenAsync("/silences");
        await page.FillAsync("#matchers", "alertname=\"NobodyIsCalledSo\"");
        await page.GetByRole(AriaRole.Button, new() { Name = "What would it silence?" }).ClickAsync();
        await Assertions.Expect(page.Locator(".silence-preview")).ToContainTextAsync("no open alert");
        await page.GetByRole(AriaRole.Button, new() { Name = "Silence", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".field.wrong")).ToContainTextAsync("reason", new() { IgnoreCase = true });
        await page.FillAsync("#reason", "moving house");
        await page.GetByRole(AriaRole.Button, new() { Name = "Silence", Exact = true }).ClickAsync();
        var row = page.Locator("[data-entry]", new() { HasText = "NobodyIsCalledSo" });
        await Assertions.Expect(row).ToContainTextAsync("Active");
        await row.GetByRole(AriaRole.Button, new() { Name = "Expire now" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("Expired");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Route_OfAnAlert_IsShownAndStandsInTheAddress()
    {
        var page = await browser.OpenAsync("/routing");
        await page.FillAsync("#labels", "alertname=CriticalErrors system=case-opening severity=critical");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Assertions.Expect(page.Locator(".route-answer")).ToContainTextAsync("cg-emergency");
        await page.ReloadAsync();
        await BrowserFixture.Interactive(page);
        await Assertions.Expect(page.Locator(".route-answer")).ToContainTextAsync("cg-emergency");
        await page.FillAsync("#labels", "nothing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Assertions.Expect(page.Locator(".field.wrong")).ToContainTextAsync("Write for example");
        await page.Context.CloseAsync();
    }
}
