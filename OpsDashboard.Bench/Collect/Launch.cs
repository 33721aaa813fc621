using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace OpsDashboard.Bench.Collect;

/// <summary>The processes of a benchmark; all are stopped when it is disposed.</summary>
/// <param name="published">Folder of a published program; null measures the one that was built with the benchmark.</param>
sealed class Launch(string? published = null) : IDisposable
{
    public const string Token = "bench-token-0123456789abcdefghijklmnop";

    const int LinesKept = 400;

    readonly List<Process> processes = [];
    readonly ConcurrentQueue<string> log = [];

    /// <summary>The last lines that the programs wrote: why one answered as it did.</summary>
    public string Log => string.Join('\n', log);

    public string Folder { get; } = Directory.CreateTempSubdirectory("ops-bench-").FullName;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts the generator; the port on which it serves.</summary>
    public async Task<int> GeneratorAsync(int series)
    {
        var port = FreePort();
        Start(Environment.ProcessPath!, [.. Host(), Generator.Command, $"{port}", $"{series}"], []);
        await AnswersAsync(new($"http://127.0.0.1:{port}/health"));
        return port;
    }

    /// <summary>Starts the program as a team would run it, with a catalogue of one system and an empty database.</summary>
    public async Task<(Process Process, HttpClient Client)> ProgramAsync(string targets)
    {
        var (process, client) = StartProgram(await CatalogueAsync(targets));
        await AnswersAsync(new(client.BaseAddress!, "health/live"));
        return (process, client);
    }

    /// <summary>A catalogue of one system with these targets.</summary>
    public async Task<Dictionary<string, string>> CatalogueAsync(string targets)
    {
        var catalogue = Path.Combine(Folder, "Systems");
        Directory.CreateDirectory(Path.Combine(catalogue, "bench"));
        Directory.CreateDirectory(Path.Combine(catalogue, "environments"));
        await File.WriteAllTextAsync(Path.Combine(catalogue, "environments", "production.yml"), "variables: {}\n");
        await File.WriteAllTextAsync(Path.Combine(catalogue, "bench", "system.yml"), "id: bench\nname: Bench\nshort: BE\ndescription: The benchmark's system.\ncomponents:\n  - { id: api, name: API, kind: api }\n");
        await File.WriteAllTextAsync(Path.Combine(catalogue, "bench", "targets.yml"), targets);
        return new() { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["Catalogue__Path"] = catalogue, ["Simulator__Enabled"] = "false" };
    }

    /// <summary>Starts the program; it answers later.</summary>
    public (Process Process, HttpClient Client) StartProgram(Dictionary<string, string> settings)
    {
        var port = FreePort();
        var folder = Path.GetFullPath(published ?? AppContext.BaseDirectory);
        var process = Start("dotnet", [Path.Combine(folder, "OpsDashboard.dll")], new(settings)
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["Storage__DataDirectory"] = Path.Combine(Folder, "data"),
            ["Access__Bootstrap__ApiToken"] = Token,
            ["Logging__LogLevel__Default"] = "Warning",
        });
        var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return (process, client);
    }

    public Process Start(string program, IEnumerable<string> arguments, Dictionary<string, string> environment)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Folder };
        foreach (var (name, value) in environment)
            info.Environment[name] = value;
        var process = Process.Start(info)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                Console.Error.WriteLine($"  {Path.GetFileName(program)}: {line.Data}");
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        processes.Add(process);
        return process;
    }

    /// <summary>Waits until the address answers anything at all.</summary>
    public static async Task AnswersAsync(Uri address)
    {
        using var client = new HttpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(address, limit.Token);
                return;
            }
            catch (HttpRequestException)
            {
                await pause.WaitForNextTickAsync(limit.Token);
            }
        }
    }

    public static async Task WaitAsync(TimeSpan time) => await Task.Delay(time, TimeProvider.System);

    public void Dispose()
    {
        foreach (var process in processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.WaitForExit(5000);
            process.Dispose();
        }
        Directory.Delete(Folder, recursive: true);
    }

    void Keep(string? line)
    {
        if (line is null)
            return;
        log.Enqueue(line);
        while (log.Count > LinesKept)
            log.TryDequeue(out _);
    }

    // Started by `dotnet run`, this process is the benchmark's own executable; started as `dotnet Bench.dll` it needs the file named.
    static string[] Host() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
}
