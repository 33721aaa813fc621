using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Beacons;

/// <summary>The script in a real browser, on a page of another origin, with the page's clock in the test's hand.</summary>
public sealed class RumScriptTests
{
    static readonly string? Chromium = RealServer.Find("chromium", "/usr/bin");

    sealed class ChromiumFactAttribute : FactAttribute
    {
        public ChromiumFactAttribute() => Skip = RealServer.SkipUnless(Chromium, "Chromium");
    }

    [ChromiumFact]
    public async Task Page_InABrowser_ReportsFramesRequestsErrorsAndARating()
    {
        await using var site = await Site.StartAsync();

        await site.Page.Clock.RunForAsync(3_100);
        await site.Page.EvaluateAsync("""
            async () => {
                await fetch('/api/cases/17'); await fetch('/api/cases/18');
                document.head.append(Object.assign(document.createElement('script'), { textContent: "throw new TypeError('secret of Ada')" }));
                Promise.reject(new RangeError('another secret'));
                opsRum.rate(4.5);
            }
            """);
        await site.Page.Clock.RunForAsync(4_000);
        await site.UntilAsync("rum_satisfaction_answers_total", 1);
        // The browser says how long a request took when it finds the time.
        await site.UntilAsync("rum_api_duration_seconds_count", 2, () => site.Page.Clock.RunForAsync(2_000));

        var samples = site.Beacons.Once.Samples;
        Assert.InRange(samples.Last("frame_rate"), 50, 70);
        Assert.Equal(0, samples.Last("rum_simulated"));
        Assert.Equal(2, samples.Last("rum_api_duration_seconds_count", ("path", "/api/cases/:id")));
        Assert.Equal(1, samples.Last("rum_errors_total", ("class", "TypeError"), ("kind", "error")));
        Assert.Equal(1, samples.Last("rum_errors_total", ("class", "RangeError"), ("kind", "rejection")));
        Assert.Equal(4.5, samples.Last("rum_satisfaction_score", ("source", "survey")));
        Assert.All(((CollectedTable)site.Beacons.Once.Documents["errors"]).Rows, row => Assert.DoesNotContain("secret", string.Join(' ', row)));
        Assert.DoesNotContain(samples.All, sample => sample.Series.Labels.Any(label => label.Value.Contains("secret")));
        Assert.Equal(0, samples.Last("rum_beacons_refused_total", ("reason", "malformed")));
    }

    [ChromiumFact]
    public async Task Page_WhileHidden_ReportsNothing()
    {
        await using var site = await Site.StartAsync();
        await site.Page.Clock.RunForAsync(2_500);
        await site.UntilAsync("rum_beacons_total", 1);

        await site.Page.EvaluateAsync("() => { Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }");
        await site.Page.Clock.RunForAsync(500);
        await site.Page.EvaluateAsync("() => fetch('/api/cases/1')");
        await site.Beacons.CollectAsync();
        var beacons = site.Beacons.Once.Samples.Last("rum_beacons_total");
        var seconds = site.Beacons.Once.Samples.Last("rum_fps_count", ("page", "/games/:id"));
        await site.Page.Clock.RunForAsync(20_000);
        await site.Page.EvaluateAsync("() => fetch('/api/cases/2')");

        await site.Beacons.CollectAsync();
        Assert.Equal(beacons, site.Beacons.Once.Samples.Last("rum_beacons_total"));

        await site.Page.EvaluateAsync("() => { Object.defineProperty(document, 'hidden', { get: () => false, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }");
        await site.Page.Clock.RunForAsync(4_500);
        await site.UntilAsync("rum_beacons_total", beacons + 1);
        Assert.InRange(site.Beacons.Once.Samples.Last("rum_fps_count", ("page", "/games/:id")), seconds + 1, seconds + 5);
    }

    sealed class Site(WebApplication pages, BeaconHost beacons, IPlaywright playwright, IBrowser browser, IPage page) : IAsyncDisposable
    {
        public BeaconHost Beacons => beacons;

        public IPage Page => page;

        public static async Task<Site> StartAsync()
        {
            var origin = $"http://127.0.0.1:{RealServer.FreePort()}";
            var beacons = await BeaconHost.StartAsync(origin: origin);
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().UseUrls(origin);
            builder.Services.AddRouting();
            var pages = builder.Build();
            pages.MapGet("/games/17", () => Results.Content($"<!doctype html><title>game</title><script async src=\"{beacons.Address}rum.js\" data-key=\"{BeaconHost.Key}\"></script>", "text/html"));
            pages.MapGet("/api/cases/{id}", (int id) => $"{id}");
            await pages.StartAsync();
            var playwright = await Playwright.CreateAsync();
            var browser = await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Chromium,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            });
            var page = await browser.NewPageAsync();
            // The page's time stands still but for what the test lets pass, however busy the machine is.
            var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            await page.Clock.InstallAsync(new() { TimeDate = start });
            await page.Clock.PauseAtAsync(start.AddHours(1));
            await page.GotoAsync($"{origin}/games/17");
            await page.WaitForFunctionAsync("() => window.opsRum !== undefined", null, new() { Timeout = Patience.Milliseconds });
            return new(pages, beacons, playwright, browser, page);
        }

        /// <summary>Collects until a counter has got there: what a page sends arrives in its own time.</summary>
        public async Task UntilAsync(string metric, double least, Func<Task>? meanwhile = null)
        {
            using var limit = new CancellationTokenSource(Patience.Limit);
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            do
            {
                await (meanwhile?.Invoke() ?? Task.CompletedTask);
                await beacons.CollectAsync();
            }
            while ((beacons.Once.Samples.Of(metric) is not { Count: > 0 } found || found[^1].Value < least) && await pause.WaitForNextTickAsync(limit.Token));
        }

        public async ValueTask DisposeAsync()
        {
            await browser.DisposeAsync();
            playwright.Dispose();
            await pages.DisposeAsync();
            await beacons.DisposeAsync();
        }
    }
}
