using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpsDashboard.Simulator.Hosting;

/// <summary>
/// A small web server of its own, with its own service provider, for the sites of one simulated system. It can be stopped and started
/// again any number of times on the same ports. Not thread-safe.
/// </summary>
/// <param name="listens">False: no port is opened; whoever asks the sites asks them in this process.</param>
sealed class SiteHost(bool listens, params IReadOnlyList<Site> sites) : IAsyncDisposable
{
    // a crash cuts what is under way: nobody waits for open requests
    static readonly TimeSpan NoPatience = TimeSpan.FromMilliseconds(50);

    readonly Dictionary<int, Site> byPort = sites.ToDictionary(site => site.Port.Number);
    WebApplication? running;

    public bool IsRunning { get; private set; }

    public async Task StartAsync(CancellationToken stop)
    {
        if (IsRunning)
            return;
        if (listens)
            await ListenAsync(stop);
        IsRunning = true;
    }

    async Task ListenAsync(CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseSockets(transport => transport.CreateBoundListenSocket =
            endPoint => byPort[((System.Net.IPEndPoint)endPoint).Port].Port.Take());
        builder.WebHost.ConfigureKestrel(Configure);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = NoPatience);
        var app = builder.Build();
        app.Run(context => byPort.TryGetValue(context.Connection.LocalPort, out var site) ? site.AnswerAsync(context) : Task.CompletedTask);
        await app.StartAsync(stop);
        running = app;
    }

    /// <summary>Closes the ports; connections are refused until the next start.</summary>
    public async Task StopAsync()
    {
        IsRunning = false;
        if (running is not { } app)
            return;
        running = null;
        using (var patience = new CancellationTokenSource(NoPatience))
            await app.StopAsync(patience.Token);
        await app.DisposeAsync();
        foreach (var site in sites)
            site.Port.Reserve();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var site in sites)
            site.Port.Dispose();
    }

    void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        foreach (var site in sites)
            kestrel.Listen(site.Port.EndPoint);
    }
}
