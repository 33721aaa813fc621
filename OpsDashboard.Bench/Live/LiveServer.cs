using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpsDashboard.Bench.Live;

/// <summary>A dashboard process of its own (Release) that scrapes one exporter of this process every second, simulator off.</summary>
sealed class LiveServer : IAsyncDisposable
{
    public const string Email = "bench@example.com";
    public const string Password = "bench-horse-battery-9";
    public const string Token = "bench-token-0123456789abcdef0123456789abcdef";

    readonly WebApplication exporter;
    readonly Process process;
    readonly string folder;

    LiveServer(WebApplication exporter, Process process, string folder, string address) => (this.exporter, this.process, this.folder, Address) = (exporter, process, folder, address);

    public string Address { get; }

    public int ProcessId => process.Id;

    public static string Root { get; } = FindRoot();

    public static async Task<LiveServer> StartAsync(bool simulator)
    {
        var folder = Directory.CreateTempSubdirectory("ops-bench-live").FullName;
        var exporterPort = FreePort();
        var exporter = await StartExporterAsync(exporterPort);
        WriteCatalogue(Path.Combine(folder, "catalogue"), exporterPort, simulator);
        var address = $"http://127.0.0.1:{FreePort()}";
        var process = StartProgram(folder, address, simulator);
        await WaitAsync(address);
        return new(exporter, process, folder, address);
    }

    static async Task<WebApplication> StartExporterAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        app.MapGet("/metrics", () => Results.Text(Exposition(), "text/plain; version=0.0.4"));
        await app.StartAsync();
        return app;
    }

    // The clock is read while the body is written: on loopback that is when it is read.
    static string Exposition()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var text = new StringBuilder();
        for (var n = 0; n < 12; n++)
            text.Append(CultureInfo.InvariantCulture, $"bench_value{{n=\"{n}\"}} {100 + n + Math.Sin(now / 10_000.0 + n):F4}\n");
        return text.Append(CultureInfo.InvariantCulture, $"bench_clock_ms {now}\n").ToString();
    }

    static void WriteCatalogue(string catalogue, int exporterPort, bool simulator)
    {
        if (simulator)
            Copy(Path.Combine(Root, "OpsDashboard", "Systems"), catalogue);
        var system = Directory.CreateDirectory(Path.Combine(catalogue, "bench")).FullName;
        File.WriteAllText(Path.Combine(system, "system.yml"), "id: bench\nname: Bench\nshort: BN\ndescription: Load for the live benchmarks.\ncomponents:\n  - { id: exporter, name: Exporter, kind: api }\n");
        File.WriteAllText(Path.Combine(system, "targets.yml"),
            $"scrape_configs:\n  - job_name: bench\n    component: exporter\n    scrape_interval: 1s\n    scrape_timeout: 1s\n    static_configs:\n      - targets: [\"127.0.0.1:{exporterPort}\"]\n");
        var environments = Directory.CreateDirectory(Path.Combine(catalogue, "environments")).FullName;
        var production = Path.Combine(environments, "production.yml");
        if (!File.Exists(production))
            File.WriteAllText(production, "variables: {}\n");
    }

    static Process StartProgram(string folder, string address, bool simulator)
    {
        var project = Path.Combine(Root, "OpsDashboard");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(project, "bin", "Release", "net10.0", "OpsDashboard.dll")]) { WorkingDirectory = project, RedirectStandardOutput = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = address,
            ["Simulator__Enabled"] = simulator ? "true" : "false",
            ["Catalogue__Path"] = Path.Combine(folder, "catalogue"),
            ["Catalogue__Environment"] = simulator ? "simulator" : "production",
            ["Storage__DataDirectory"] = Path.Combine(folder, "data"),
            ["Logging__LogLevel__Default"] = "Warning",
            ["Access__Bootstrap__Email"] = Email,
            ["Access__Bootstrap__Password"] = Password,
            ["Access__Bootstrap__ApiToken"] = Token,
        })
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => process.Kill();
        return process;
    }

    static async Task WaitAsync(string address)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync($"{address}/health/ready", limit.Token);
                if (answer.IsSuccessStatusCode)
                    break;
            }
            catch (HttpRequestException) { }
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
