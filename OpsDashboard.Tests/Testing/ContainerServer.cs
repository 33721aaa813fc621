using System.Diagnostics;
using Xunit;

namespace OpsDashboard.Tests.Testing;

/// <summary>A test that needs a real container engine. It is large: ./test.sh does not install it, and where it is not there the test is left out, on CI too.</summary>
public sealed class ContainerFactAttribute : FactAttribute
{
    public ContainerFactAttribute() => Skip = ContainerServer.WhyNot;
}

/// <summary>A podman of the test's own: own storage, own socket, an image made of busybox alone. Needs root; starts nothing that outlives it.</summary>
public sealed class ContainerServer : IAsyncDisposable
{
    const string Image = "localhost/test:latest";

    readonly string folder;
    readonly List<string> names = [];
    Process? service;

    ContainerServer(string folder) => this.folder = folder;

    public static string? WhyNot => Environment.UserName == "root" && RealServer.Find("podman") is not null && RealServer.Find("runc", "/usr/sbin") is not null && File.Exists(Busybox)
        ? null : "podman, runc and busybox-static are not installed, or not for root.";

    public string Socket => Path.Combine(folder, "podman.sock");

    static string Busybox => RealServer.Find("busybox", "/bin", "/usr/bin") ?? "";

    public static async Task<ContainerServer> StartAsync()
    {
        var server = new ContainerServer(RealServer.TemporaryFolder("pod"));
        await server.ConfigureAsync();
        await server.ImportAsync();
        server.service = Process.Start(server.Command("system", "service", "--time=0", $"unix://{server.Socket}"))!;
        server.service.BeginOutputReadLine();
        server.service.BeginErrorReadLine();
        var started = server.service;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RealServer.Kill(started);
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!File.Exists(server.Socket))
            await pause.WaitForNextTickAsync(limit.Token);
        return server;
    }

    /// <summary>Starts a container that runs a line of shell.</summary>
    public async Task<string> RunAsync(string script, params string[] options)
    {
        var name = $"t-{Guid.NewGuid():N}"[..14];
        names.Add(name);
        await PodmanAsync(["run", "-d", "--name", name, "--network", "host", .. options, Image, "/bin/busybox", "sh", "-c", script]);
        return name;
    }

    public Task<string> PodmanAsync(params string[] arguments) => EndAsync(Command(arguments));

    public async ValueTask DisposeAsync()
    {
        foreach (var name in names)
            await EndAsync(Command("rm", "-f", "-t", "0", name), mayFail: true);
        if (service is not null)
            RealServer.Kill(service);
        await EndAsync(Command("umount", "--all"), mayFail: true);
    }

    async Task ConfigureAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "etc"));
        await File.WriteAllTextAsync(Path.Combine(folder, "containers.conf"), """
            [containers]
            log_driver = "k8s-file"
            netns = "host"
            default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "storage.conf"), $"""
            [storage]
            driver = "vfs"
            graphroot = "{folder}/graph"
            runroot = "{folder}/run"
            """);
    }

    async Task ImportAsync()
    {
        var root = Path.Combine(folder, "image");
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        Directory.CreateDirectory(Path.Combine(root, "tmp"));
        File.Copy(Busybox, Path.Combine(root, "bin", "busybox"));
        File.CreateSymbolicLink(Path.Combine(root, "bin", "sh"), "/bin/busybox");
        File.CreateSymbolicLink(Path.Combine(root, "bin", "sleep"), "/bin/busybox");
        var tar = Path.Combine(folder, "image.tar");
        await RealServer.RunAsync("tar", "-C", root, "-cf", tar, ".");
        await PodmanAsync("import", tar, Image);
    }

    ProcessStartInfo Command(params string[] arguments)
    {
        var start = new ProcessStartInfo(RealServer.Find("podman")!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["CONTAINERS_CONF"] = Path.Combine(folder, "containers.conf");
        start.Environment["CONTAINERS_STORAGE_CONF"] = Path.Combine(folder, "storage.conf");
        return start;
    }

    static async Task<string> EndAsync(ProcessStartInfo start, bool mayFail = false)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Patience.Limit);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0 && !mayFail)
            throw new InvalidOperationException($"podman {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {await errors}");
        return (await output).Trim();
    }
}
