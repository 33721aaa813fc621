using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Systems;

namespace OpsDashboard.Simulator.Beacons;

/// <summary>
/// Posts, once a second, what browsers on the game's pages would report, marked as simulated: the dashboard leaves it out while a real browser
/// is there. It looks for the dashboard's address when the program has started.
/// </summary>
sealed class BeaconSender(Fleet fleet, TimeProvider clock, IServer server, IConfiguration configuration, IHostApplicationLifetime lifetime, ILogger<BeaconSender> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    const int RatingEvery = 8;

    string? lastProblem;

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        var started = new TaskCompletionSource();
        await using var whenStarted = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        try
        {
            await started.Task.WaitAsync(stop);
            if (Dashboard() is not { } dashboard)
                return;
            fleet.CaseOpening.DashboardUrl = dashboard;
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            using var timer = new PeriodicTimer(Pause, clock);
            for (var count = 0; await timer.WaitForNextTickAsync(stop); count++)
                await PostAsync(client, $"{dashboard}/api/ingest/rum?key={GamePage.WriteKey}", count, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the program ends
        }
    }

    /// <summary>What one browser reports; a page that cannot be loaded reports nothing.</summary>
    internal static object? Beacon(CaseOpening game, int count)
    {
        if (!game.IsRunning || game.Faults.Has(FaultKind.Hang))
            return null;
        var fps = new[] { game.Frames() };
        var slow = game.Faults.Value(FaultKind.Slow) ?? 0;
        var api = new[] { new { path = "/cases/open", ms = Math.Round(300 + (slow * 1000)) } };
        return count % RatingEvery == 0
            ? new { v = 1, page = "/cases/open", simulated = true, fps, heap = game.BrowserHeap(), api, rating = game.Rating() }
            : new { v = 1, page = count % 2 == 0 ? "/cases/open" : "/", simulated = true, fps, heap = game.BrowserHeap(), api };
    }

    async Task PostAsync(HttpClient client, string url, int count, CancellationToken stop)
    {
        if (Beacon(fleet.CaseOpening, count) is not { } beacon)
            return;
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(JsonSerializer.Serialize(beacon), Encoding.UTF8, "text/plain") };
        request.Headers.Add("Origin", fleet.CaseOpening.AppUrl);
        try
        {
            using var response = await client.SendAsync(request, stop);
            Report(response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.TooManyRequests ? null : $"the dashboard answered {(int)response.StatusCode}");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            Report(error.Message);
        }
    }

    void Report(string? problem)
    {
        if (problem is not null && problem != lastProblem)
            log.LogWarning("SIMULATED beacons are not taken: {Problem}", problem);
        lastProblem = problem;
    }

    /// <summary>An address of this program that can be reached from the same machine; null under a test server.</summary>
    string? Dashboard()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = addresses.FirstOrDefault(known => known.StartsWith("http://", StringComparison.Ordinal)) ?? addresses.FirstOrDefault();
        if (address is null || !Uri.TryCreate(address.Replace("*", "127.0.0.1").Replace("+", "127.0.0.1"), UriKind.Absolute, out var uri))
            return null;
        var host = uri.Host is "0.0.0.0" or "[::]" ? "127.0.0.1" : uri.Host;
        return $"{uri.Scheme}://{host}:{uri.Port}{configuration["Http:PathBase"]?.TrimEnd('/')}";
    }
}
