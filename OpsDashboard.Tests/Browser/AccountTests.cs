using System.Net;
using System.Net.Http.Headers;
using Microsoft.Playwright;
using Xunit;

namespace OpsDashboard.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class AccountTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task Account_Created_StandsInTheListAndIsOpen()
    {
        var page = await browser.OpenAsync("/accounts?edit=new");
        await page.FillAsync("#new-email", "ben@example.com");
        await page.FillAsync("#new-name", "Ben Browser");
        await page.FillAsync("#new-password", "horse-of-a-browser-12");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Assertions.Expect(page.Locator("tr.on")).ToContainTextAsync("ben@example.com");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Token_Created_IsShownOnce_OpensTheApi_AndIsRefusedOnceRevoked()
    {
        var page = await browser.OpenAsync("/accounts?tab=tokens&edit=new");
        await page.FillAsync("#token-name", "browser-script");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        var secret = (await page.Locator("pre.secret").TextContentAsync())!.Trim();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(secret));

        await page.Locator("tr", new() { HasText = "browser-script" }).GetByRole(AriaRole.Button, new() { Name = "Revoke…" }).ClickAsync();
        await page.Locator("dialog[open] .btn.danger").ClickAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = "browser-script" })).ToContainTextAsync("revoked");
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(secret));

        await page.ReloadAsync();
        await BrowserFixture.Interactive(page);
        await Assertions.Expect(page.Locator("pre.secret")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    async Task<HttpStatusCode> AskAsync(string token)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync($"{browser.Program.Address}/api/v1/query?query=up");
        return answer.StatusCode;
    }
}
