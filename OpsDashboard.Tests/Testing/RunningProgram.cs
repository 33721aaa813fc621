using System.Diagnostics;
using System.Net;

namespace OpsDashboard.Tests.Testing;

/// <summary>The real program, as built beside the tests, on a free port with its own data directory and the administrator <see cref="Email"/>.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    public const string Email = "ana@example.com";
    public const string Password = "correct-horse-battery-9";
    public const string ApiToken = "test-token-0123456789abcdef0123456789abcdef";

    static readonly TimeSpan StartsWithin = Patience.Limit;

    readonly IReadOnlyDictionary<string, string> settings;
    readonly string data = RealServer.TemporaryFolder("program");
    readonly List<string> output = [];
    Process? process;

    RunningProgram(IReadOnlyDictionary<string, string> settings) => this.settings = settings;

    /// <summary>The program's own file, of the same configuration as the tests.</summary>
    public static string BuiltProgram => Path.Combine(ProjectFolder(), "bin", Configuration(), "net10.0", "OpsDashboard.dll");

    public int Port { get; } = RealServer.FreePort();

    public string Address => $"http://127.0.0.1:{Port}";

    public string DataDirectory => data;

    public int ProcessId => process!.Id;

    /// <summary>What it printed, for the message of a failed test.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return string.Join('\n', output);
        }
    }

    /// <param name="settings">In the form of environment variables; they win over those of the fixture.</param>
    public static async Task<RunningProgram> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var program = new RunningProgram(settings ?? new Dictionary<string, string>());
        await program.StartAgainAsync();
        return program;
    }

    public async Task StartAgainAsync()
    {
        var folder = ProjectFolder();
        // Without the signal a file that may not grow is an error of the write, as on a full disk, and not the end of the process.
        var start = new ProcessStartInfo("sh", ["-c", "trap '' XFSZ; exec dotnet \"$0\"", BuiltProgram])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Settings())
            start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var started = process;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RealServer.Kill(started);
        await WaitUntilReadyAsync();
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        RealServer.Kill(process!);
        await process!.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    Dictionary<string, string> Settings()
    {
        var all = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = Address,
            ["Storage__DataDirectory"] = data,
            ["Logging__LogLevel__Default"] = "Warning",
            ["Access__Bootstrap__Email"] = Email,
            ["Access__Bootstrap__Password"] = Password,
            ["Access__Bootstrap__ApiToken"] = ApiToken,
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        return all;
    }

    void Keep(string? line)
    {
        lock (output)
        {
            if (line is not null && output.Count < 2_000)
                output.Add(line);
        }
    }

    async Task WaitUntilReadyAsync()
    {
        using var limit = new CancellationTokenSource(StartsWithin);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var client = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync($"{Address}/sign-in", limit.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet, or has ended.
            }
            if (process!.HasExited)
                throw new InvalidOperationException($"The program ended with {process.ExitCode}: {Output}");
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    static string Configuration() => AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>The folder of the solution, found upwards from the tests' own.</summary>
    public static string SolutionFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OpsDashboard.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("The tests do not run inside the solution's folder.");
    }

    static string ProjectFolder() => Path.Combine(SolutionFolder(), "OpsDashboard");
}
