using System.Text.Json;
using Microsoft.Playwright;
using OpsDashboard.Tests.Alerts.Notifications;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Browser;

/// <summary>The service worker in the browser, without a vendor's push service: the browser itself hands it a message.</summary>
[Collection(BrowserTests.Name)]
public sealed class PushTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task PushMessage_IsShownByTheServiceWorker_WithItsAlert()
    {
        var page = await browser.OpenAsync("/account");
        await page.Context.GrantPermissionsAsync(["notifications"]);
        await Assertions.Expect(page.Locator("[data-push-state]")).ToContainTextAsync("This device is not woken.");
        await Assertions.Expect(page.Locator("[data-push=on]")).ToBeVisibleAsync();
        await DeliverAsync(page, JsonSerializer.Serialize(new { title = "CRITICAL: Heap is 162 MB", body = "limit 150 MB", url = $"{browser.Program.Address}/alerts?q=heap", tag = "group", urgent = true, firing = true }));

        var notification = await ShownAsync(page);
        Assert.Equal(("CRITICAL: Heap is 162 MB", true), (notification.GetProperty("title").GetString(), notification.GetProperty("stays").GetBoolean()));
        Assert.EndsWith("/alerts?q=heap", notification.GetProperty("url").GetString(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task TestButton_WakesTheDevice_OverThePushServiceToTheNotification()
    {
        await using var service = new HttpSink { Status = 201 };
        using var device = new SubscribedBrowser();
        var page = await browser.OpenAsync("/account");
        await page.Context.GrantPermissionsAsync(["notifications"]);
        // Chromium's own push service is a vendor's, on the internet: this one stands on loopback, and what it takes is handed to the browser.
        var added = await page.EvaluateAsync<int>("""
            async subscription => (await fetch('/api/push/subscriptions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(subscription) })).status
            """, device.At($"{service.Address}/push"));
        Assert.Equal(201, added);
        await page.ReloadAsync();
        await BrowserFixture.Interactive(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test to a phone" }).ClickAsync();
        await Assertions.Expect(page.Locator(".toast", new() { HasText = "The push service took it" })).ToBeVisibleAsync();
        var sent = Assert.Single(service.All);
        Assert.StartsWith("vapid t=", sent.Headers["Authorization"], StringComparison.Ordinal);

        await DeliverAsync(page, System.Text.Encoding.UTF8.GetString(device.Read(sent.Body)));

        Assert.StartsWith("Test", (await ShownAsync(page)).GetProperty("title").GetString(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove a phone" }).ClickAsync();
        await Assertions.Expect(page.GetByText("a phone")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    /// <summary>Registers the service worker and lets the browser hand it a message, as if its push service had sent one.</summary>
    async Task DeliverAsync(IPage page, string message)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        var registered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, said) =>
        {
            foreach (var one in said!.Value.GetProperty("registrations").EnumerateArray())
                registered.TrySetResult(one.GetProperty("registrationId").GetString()!);
        };
        await session.SendAsync("ServiceWorker.enable");
        await page.EvaluateAsync("async () => { await navigator.serviceWorker.register('/sw.js', { scope: '/' }); await navigator.serviceWorker.ready; }");
        var id = await registered.Task.WaitAsync(Patience.Limit);
        await session.SendAsync("ServiceWorker.deliverPushMessage", new() { ["origin"] = browser.Program.Address, ["registrationId"] = id, ["data"] = message });
    }

    static async Task<JsonElement> ShownAsync(IPage page)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var shown = await page.EvaluateAsync<JsonElement?>("""
                async () => { const [found] = await (await navigator.serviceWorker.ready).getNotifications(); return found ? { title: found.title, url: found.data.url, stays: found.requireInteraction } : null; }
                """);
            if (shown is { ValueKind: JsonValueKind.Object } notification)
                return notification;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    [BrowserFact]
    public async Task Manifest_MakesThePageInstallable()
    {
        var page = await browser.OpenAsync("/");
        var session = await page.Context.NewCDPSessionAsync(page);
        var errors = (await session.SendAsync("Page.getInstallabilityErrors"))!.Value.GetProperty("installabilityErrors").EnumerateArray().Select(error => error.GetProperty("errorId").GetString()).ToArray();
        // Without a window of its own a headless browser is told so; what the page itself lacks must be nothing.
        Assert.DoesNotContain(errors, error => error!.StartsWith("manifest", StringComparison.Ordinal) || error.Contains("icon", StringComparison.Ordinal));
        var manifest = await (await page.Context.APIRequest.GetAsync("/manifest.webmanifest")).JsonAsync();
        foreach (var icon in manifest!.Value.GetProperty("icons").EnumerateArray())
            Assert.Equal(200, (await page.Context.APIRequest.GetAsync($"/{icon.GetProperty("src").GetString()}")).Status);
        await page.Context.CloseAsync();
    }
}
