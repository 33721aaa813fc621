using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Beacons;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Metrics.Beacons;

/// <summary>The beacon endpoints alone on a real server, with one site whose figures can be collected.</summary>
sealed class BeaconHost : IAsyncDisposable
{
    public const string Key = "test-web-public-1";
    public const string Origin = "https://game.example.com";

    readonly WebApplication app;
    readonly BeaconCollector collector;

    BeaconHost(WebApplication app, BeaconCollector collector, Target target, FakeTimeProvider clock) =>
        (this.app, this.collector, Target, Clock, Once) = (app, collector, target, clock, new() { Clock = clock });

    public FakeTimeProvider Clock { get; }
    public CollectOnce Once { get; }
    public Target Target { get; }
    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<BeaconHost> StartAsync(double rate = 1000, string origin = Origin, int maxPages = 50)
    {
        var clock = new FakeTimeProvider();
        var builder = WebApplication.CreateEmptyBuilder(new() { WebRootPath = Assets() });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting().AddAuthorization().AddSingleton<TimeProvider>(clock).AddSingleton<BeaconIntake>();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseRouting();
        app.MapBeacons();
        await app.StartAsync();
        var target = CollectOnce.Target("beacon", origin, new BeaconOptions(Key, [origin], rate, TimeSpan.FromSeconds(5), maxPages));
        return new(app, new(target, app.Services.GetRequiredService<BeaconIntake>()), target, clock);
    }

    /// <summary>Writes the figures as the host would at a tick.</summary>
    public async Task CollectAsync() => await Once.RunAsync(collector, Target);

    /// <summary>The built front end, which is where the program finds it too.</summary>
    static string Assets()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "OpsDashboard", "wwwroot");
            if (Directory.Exists(Path.Combine(built, "js")))
                return built;
        }
        throw new DirectoryNotFoundException("The front end is not built.");
    }

    public async ValueTask DisposeAsync()
    {
        await collector.DisposeAsync();
        await app.DisposeAsync();
    }
}
