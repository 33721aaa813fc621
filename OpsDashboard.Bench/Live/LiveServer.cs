using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpsDashboard.Bench.Collect;

namespace OpsDashboard.Bench.Live;

/// <summary>What a <see cref="LiveServer"/> runs.</summary>
/// <param name="Simulator">Runs the five simulated systems beside the benchmark's own one.</param>
/// <param name="MoreSeries">Series at 1 s besides, from four targets of the benchmark's own system.</param>
/// <param name="Published">A folder made by <c>dotnet publish</c>, run as Production with nothing but a one-time link; null runs the built program as Development.</param>
/// <param name="Rules">A rule file of the benchmark's own system.</param>
/// <param name="Settings">Environment variables besides.</param>
/// <param name="Catalogue">Writes more into the catalogue's folder before the start.</param>
sealed record LiveScene(bool Simulator = false, int MoreSeries = 0, string? Published = null, string? Rules = null, Dictionary<string, string>? Settings = null, Action<string>? Catalogue = null);

/// <summary>A dashboard process of its own (Release) that scrapes an exporter of this process every second.</summary>
sealed class LiveServer : IAsyncDisposable
{
    public const string Email = "bench@example.com";
    public const string Password = "bench-horse-battery-9";
    public const string Token = "bench-token-0123456789abcdef0123456789abcdef";

    const int MoreTargets = 4, Pairs = 12;

    readonly WebApplication exporter;
    readonly Process process;
    readonly string folder;

    LiveServer(WebApplication exporter, Process process, string folder, string address, Task<string> link) =>
        (this.exporter, this.process, this.folder, Address, SignInLink) = (exporter, process, folder, address, link);

    public string Address { get; }

    /// <summary>The link that the program prints while nobody has signed in.</summary>
    public Task<string> SignInLink { get; }

    public int ProcessId => process.Id;

    public static string Root { get; } = FindRoot();

    public static async Task<LiveServer> StartAsync(LiveScene scene)
    {
        var folder = Directory.CreateTempSubdirectory("ops-bench-live").FullName;
        var exporterPort = FreePort();
        var exporter = await StartExporterAsync(exporterPort, scene.MoreSeries / MoreTargets);
        WriteCatalogue(Path.Combine(folder, "catalogue"), exporterPort, scene);
        var address = $"http://127.0.0.1:{FreePort()}";
        var link = new TaskCompletionSource<string>();
        var process = StartProgram(folder, address, scene, link);
        var server = new LiveServer(exporter, process, folder, address, link.Task);
        try
        {
            await WaitAsync(address);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    static async Task<WebApplication> StartExporterAsync(int port, int moreSeries)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var scrapes = 0;
        var alarm = new Alarm();
        app.MapGet("/metrics", () => Results.Text(Exposition() + alarm.Exposition(), "text/plain; version=0.0.4"));
        app.MapGet("/metrics/{target:int}", (int target) => Results.Bytes(Generator.Exposition(target, moreSeries, Interlocked.Increment(ref scrapes)), "text/plain; version=0.0.4"));
        await app.StartAsync();
        return app;
    }

    // The clock is read while the body is written: on loopback that is when it is read.
    static string Exposition()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var text = new StringBuilder();
        for (var n = 0; n < 2 * Pairs; n++)
            text.Append(CultureInfo.InvariantCulture, $"bench_value{{n=\"{n}\"}} {100 + n + Math.Sin(now / 10_000.0 + n):F4}\n");
        return text.Append(CultureInfo.InvariantCulture, $"bench_clock_ms {now}\n").ToString();
    }

    /// <summary>Rings four of every eight scrapes: its value says when the body that first rang was written, and is zero else.</summary>
    sealed class Alarm
    {
        int scrape;
        long rang;

        public string Exposition()
        {
            var place = scrape++ % 8;
            rang = place switch { 0 => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), < 4 => rang, _ => 0 };
            return string.Create(CultureInfo.InvariantCulture, $"bench_alarm_ms {rang}\n");
        }
    }

    static void WriteCatalogue(string catalogue, int exporterPort, LiveScene scene)
    {
        if (scene.Simulator)
            Copy(Path.Combine(Root, "OpsDashboard", "Systems"), catalogue);
        var system = Directory.CreateDirectory(Path.Combine(catalogue, "bench")).FullName;
        File.WriteAllText(Path.Combine(system, "system.yml"), "id: bench\nname: Bench\nshort: BN\ndescription: Load for the live benchmarks.\ncomponents:\n  - { id: exporter, name: Exporter, kind: api }\n");
        File.WriteAllText(Path.Combine(system, "targets.yml"), Targets(exporterPort, scene.MoreSeries > 0 ? MoreTargets : 0));
        File.WriteAllText(Path.Combine(system, "dashboards.yml"), Dashboard());
        if (scene.Rules is not null)
            File.WriteAllText(Path.Combine(system, "rules.yml"), scene.Rules);
        var environments = Directory.CreateDirectory(Path.Combine(catalogue, "environments")).FullName;
        var production = Path.Combine(environments, "production.yml");
        if (!File.Exists(production))
            File.WriteAllText(production, "variables: {}\n");
        scene.Catalogue?.Invoke(catalogue);
    }

    static string Targets(int port, int more)
    {
        var text = new StringBuilder("global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n");
        text.Append(CultureInfo.InvariantCulture, $"  - job_name: bench\n    component: exporter\n    static_configs:\n      - targets: [\"127.0.0.1:{port}\"]\n");
        for (var target = 0; target < more; target++)
            text.Append(CultureInfo.InvariantCulture, $"  - job_name: more-{target}\n    component: exporter\n    metrics_path: /metrics/{target}\n    static_configs:\n      - targets: [\"127.0.0.1:{port}\"]\n");
        return text.ToString();
    }

    // Twelve panels of two series with a target line, a limit and bands, as the systems' own have them.
    static string Dashboard()
    {
        var text = new StringBuilder("dashboards:\n  - id: twelve\n    title: Twelve charts\n    source: benchmark\n    panels:\n");
        for (var n = 0; n < Pairs; n++)
            text.Append(CultureInfo.InvariantCulture, $"      - id: pair-{n}\n        title: Pair {n}\n        unit: none\n        queries: [ {{ expr: 'bench_value{{system=\"bench\",n=~\"{n}|{n + Pairs}\"}}', legend: 'value {{{{n}}}}' }} ]\n        lines: [ {{ kind: target, value: {105 + n}, text: target }}, {{ kind: limit, value: {114 + n}, text: limit }} ]\n        bands: {{ warning: \"> {113.5 + n}\", critical: \"> {114 + n}\" }}\n");
        return text.ToString();
    }

    static Process StartProgram(string folder, string address, LiveScene scene, TaskCompletionSource<string> link)
    {
        var project = scene.Published ?? Path.Combine(Root, "OpsDashboard");
        var program = scene.Published is null ? Path.Combine(project, "bin", "Release", "net10.0", "OpsDashboard.dll") : Path.Combine(project, "OpsDashboard.dll");
        var start = new ProcessStartInfo("dotnet", [program]) { WorkingDirectory = project, RedirectStandardOutput = true };
        Dictionary<string, string> settings = new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = scene.Published is null ? "Development" : "Production",
            ["ASPNETCORE_URLS"] = address,
            ["Simulator__Enabled"] = scene.Simulator ? "true" : "false",
            ["Catalogue__Path"] = Path.Combine(folder, "catalogue"),
            ["Catalogue__Environment"] = scene.Simulator ? "simulator" : "production",
            ["Storage__DataDirectory"] = Path.Combine(folder, "data"),
            ["Logging__LogLevel__Default"] = "Warning",
            ["Access__Bootstrap__ApiToken"] = Token,
        };
        if (scene.Published is null)
            (settings["Access__Bootstrap__Email"], settings["Access__Bootstrap__Password"]) = (Email, Password);
        foreach (var (name, value) in settings.Concat(scene.Settings ?? []))
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.IndexOf("http", StringComparison.Ordinal) is >= 0 and var at && line.Data.Contains("sign-in?code=", StringComparison.Ordinal))
                link.TrySetResult(line.Data[at..].Trim());
        };
        process.BeginOutputReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => process.Kill();
        return process;
    }

    static async Task WaitAsync(string address)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync($"{address}/health/ready", limit.Token);
                if (answer.IsSuccessStatusCode)
                    break;
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !limit.IsCancellationRequested) { }
            await pause.WaitForNextTickAsync(limit.Token);
        }
        // The first scrapes, and the compiler's second thoughts, are not what is measured.
        for (var i = 0; i < 80; i++)
            await pause.WaitForNextTickAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        await exporter.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OpsDashboard.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("Run inside the solution's folder.");
    }
}
