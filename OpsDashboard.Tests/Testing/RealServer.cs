using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace OpsDashboard.Tests.Testing;

/// <summary>Real servers on loopback for tests: free ports, own temporary folder, stopped by process id when the test process ends.</summary>
public static class RealServer
{
    // Below the ports that Linux gives to outgoing connections and to listeners of port 0: none of those takes a port between its choice
    // and the start of the server it was chosen for. Another test process begins elsewhere.
    const int FirstPort = 10_240, LastPort = 32_767;
    static int lastChosen = Random.Shared.Next(FirstPort, LastPort);

    /// <summary>A port that is free and that this process chose for nobody else.</summary>
    public static int FreePort()
    {
        for (var tries = 0; tries < LastPort - FirstPort; tries++)
        {
            var port = FirstPort + (Interlocked.Increment(ref lastChosen) % (LastPort - FirstPort + 1));
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
        throw new InvalidOperationException($"No port from {FirstPort} to {LastPort} is free.");
    }

    /// <summary>The first of the paths or PATH entries that holds the program, or null.</summary>
    public static string? Find(string program, params string[] places)
    {
        var folders = places.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'));
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    static readonly Lazy<string> Root = new(StartRoot);

    /// <summary>A folder (short: PostgreSQL puts its socket there) that goes with the test process, and with it the PostgreSQL whose pid file it holds.</summary>
    public static string TemporaryFolder(string name)
    {
        var folder = Path.Combine(Root.Value, $"{name}-{Guid.NewGuid():N}"[..(name.Length + 9)]);
        Directory.CreateDirectory(folder);
        return folder;
    }

    // The runner may kill the test process before its exit handlers ran, so one shell waits for its end and tidies up.
    static string StartRoot()
    {
        const string Script = """
            while kill -0 "$1" 2>/dev/null; do sleep 1; done
            for pid in "$2"/*/data/postmaster.pid; do [ -f "$pid" ] && kill -QUIT "$(head -n 1 "$pid")" 2>/dev/null; done
            sleep 1
            rm -rf "$2"
            """;
        // Not CreateTempSubdirectory: PostgreSQL runs as a user of its own and has to pass.
        var root = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"ops-test-{Guid.NewGuid():N}"[..17])).FullName;
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Script, "reap", $"{Environment.ProcessId}", root])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process.Start(start)!.Dispose();
        return root;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0; the message holds what it printed.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
        return await output;
    }

    /// <summary>Starts a program that is killed with the test process.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        return process;
    }

    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Waits until the port accepts connections.</summary>
    public static async Task WaitForPortAsync(int port, TimeSpan? deadline = null)
    {
        using var limit = new CancellationTokenSource(deadline ?? Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
                return;
            }
            catch (SocketException)
            {
                await pause.WaitForNextTickAsync(limit.Token);
            }
        }
    }

    /// <summary>Why a test cannot run here, or null. On CI a missing program is a failure, never a skip.</summary>
    public static string? SkipUnless(string? program, string name) =>
        program is not null || Environment.GetEnvironmentVariable("CI") == "true" ? null : $"{name} is not installed; ./test.sh installs it.";
}

/// <summary>A test that needs a real PostgreSQL.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = RealServer.SkipUnless(PostgresServer.Binary("initdb"), "PostgreSQL");
}

/// <summary>A test that needs a real Redis.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RealServer.SkipUnless(RealServer.Find("redis-server"), "Redis");
}

/// <summary>One PostgreSQL for all tests of the process; every test takes a database of its own.</summary>
public static class PostgresServer
{
    public const int MaxConnections = 500;

    static readonly Lazy<Task<int>> Shared = new(async () => await StartAsync(RealServer.TemporaryFolder("postgres"), RealServer.FreePort()));

    public static string? Binary(string name) => RealServer.Find(name, [.. Enumerable.Range(13, 8).Reverse().Select(version => $"/usr/lib/postgresql/{version}/bin")]);

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var port = await Shared.Value;
        var name = $"t{Guid.NewGuid():N}";
        await using var connection = new Npgsql.NpgsqlConnection(ConnectionString(port, "postgres"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return ConnectionString(port, name);
    }

    /// <summary>Starts a server of the test's own, e.g. to kill it.</summary>
    public static async Task<int> StartAsync(string folder, int port)
    {
        var data = Path.Combine(folder, "data");
        if (!Directory.Exists(data))
        {
            await AsPostgresAsync(folder, Binary("initdb")!, "-D", data, "-A", "trust", "-U", "postgres", "--data-checksums", "--no-sync");
            await File.AppendAllTextAsync(Path.Combine(data, "postgresql.conf"),
                $"listen_addresses='127.0.0.1'\nunix_socket_directories='{folder}'\nfsync=off\nmax_connections={MaxConnections}\nshared_preload_libraries='pg_stat_statements'\n");
        }
        await AsPostgresAsync(folder, Binary("pg_ctl")!, "-D", data, "-w", "-l", Path.Combine(folder, "log"), "-o", $"-p {port}", "start");
        return port;
    }

    /// <summary>Starts a streaming standby of a server that <see cref="StartAsync"/> started.</summary>
    public static async Task<int> StartStandbyAsync(string folder, int port, int primary)
    {
        var data = Path.Combine(folder, "data");
        await AsPostgresAsync(folder, Binary("pg_basebackup")!, "-D", data, "-h", "127.0.0.1", "-p", $"{primary}", "-U", "postgres", "-R", "--checkpoint=fast", "--no-sync");
        await File.AppendAllTextAsync(Path.Combine(data, "postgresql.conf"), $"unix_socket_directories='{folder}'\n");
        return await StartAsync(folder, port);
    }

    /// <summary>Stops at once, as a crash would.</summary>
    public static void Stop(string folder)
    {
        var pidFile = Path.Combine(folder, "data", "postmaster.pid");
        if (!File.Exists(pidFile))
            return;
        using var postmaster = Process.GetProcessById(int.Parse(File.ReadLines(pidFile).First()));
        RealServer.Kill(postmaster);
        postmaster.WaitForExit(5000);
        File.Delete(pidFile);
    }

    // Every test has a database and so a pool of its own: what one leaves idle must not stay for minutes.
    public static string ConnectionString(int port, string database) => $"Host=127.0.0.1;Port={port};Database={database};Username=postgres;Pooling=true;Timeout=120;Connection Idle Lifetime=5;Connection Pruning Interval=2";

    // The server refuses to run as root.
    static async Task AsPostgresAsync(string folder, string program, params string[] arguments)
    {
        if (Environment.UserName != "root")
        {
            await RealServer.RunAsync(program, arguments);
            return;
        }
        await RealServer.RunAsync("chown", "postgres", folder);
        await RealServer.RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]);
    }
}

/// <summary>A Redis of the test's own.</summary>
public sealed class RedisServer : IDisposable
{
    readonly Process process;

    RedisServer(Process process, int port, string password) => (this.process, Port, Password) = (process, port, password);

    public int Port { get; }
    public string Password { get; }
    public Process Process => process;

    public static async Task<RedisServer> StartAsync(int? port = null, string password = "test-secret")
    {
        var chosen = port ?? RealServer.FreePort();
        var process = RealServer.Start(RealServer.Find("redis-server")!, "--bind", "127.0.0.1", "--port", $"{chosen}",
            "--dir", RealServer.TemporaryFolder("redis"), "--requirepass", password, "--save", "", "--appendonly", "no");
        await RealServer.WaitForPortAsync(chosen);
        return new(process, chosen, password);
    }

    public void Dispose() => RealServer.Kill(process);
}

/// <summary>Cases that need a real PostgreSQL.</summary>
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = RealServer.SkipUnless(PostgresServer.Binary("initdb"), "PostgreSQL");
}
