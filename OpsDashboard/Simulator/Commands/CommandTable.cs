namespace OpsDashboard.Simulator.Commands;

/// <summary>The programs that simulated machines know. What they do not know ends with 127, as a shell says it.</summary>
static class CommandTable
{
    const int NotFound = 127;

    static readonly Dictionary<string, Func<SimulatedCommand, Task<int>>> Programs = new()
    {
        ["sudo"] = command => command.Argv.Count > 1 ? RunAsync(command with { Argv = command.Arguments }) : command.FailAsync(1, "usage: sudo command"),
        ["systemctl"] = UnitCommands.SystemctlAsync,
        ["docker"] = DockerCommands.RunAsync,
        ["docker-compose"] = DockerCommands.ComposeAsync,
        ["kubectl"] = KubectlCommands.RunAsync,
        ["npm"] = ScriptCommands.RunAsync,
        ["bun"] = ScriptCommands.RunAsync,
        ["node"] = ScriptCommands.NodeAsync,
        ["npx"] = ScriptCommands.NpxAsync,
        ["psql"] = PsqlCommands.RunAsync,
        ["pg_isready"] = PsqlCommands.IsReadyAsync,
        ["grep"] = LogCommands.GrepAsync,
        ["tail"] = LogCommands.TailAsync,
        ["df"] = HostCommands.DiskAsync,
        ["free"] = HostCommands.MemoryAsync,
        ["top"] = HostCommands.TopAsync,
        ["journalctl"] = HostCommands.JournalAsync,
        ["ufw"] = HostCommands.FirewallAsync,
        ["apt-get"] = HostCommands.PackagesAsync,
        ["certbot"] = CertificateCommands.CertbotAsync,
        ["openssl"] = CertificateCommands.OpensslAsync,
        ["echo"] = PlainCommands.EchoAsync,
        ["printenv"] = PlainCommands.PrintEnvironmentAsync,
        ["seq"] = PlainCommands.SequenceAsync,
        ["sleep"] = PlainCommands.SleepAsync,
        ["true"] = _ => Task.FromResult(0),
        ["false"] = _ => Task.FromResult(1),
    };

    public static Task<int> RunAsync(SimulatedCommand command) => Programs.TryGetValue(command.Argv[0].Split('/')[^1], out var program)
        ? program(command)
        : command.FailAsync(NotFound, $"{command.Argv[0]}: command not found");
}
