using System.Globalization;
using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary><c>docker</c> and <c>docker-compose</c>, as far as the guides use them.</summary>
static class DockerCommands
{
    const int MostReplicas = 20;

    public static async Task<int> RunAsync(SimulatedCommand command) => command.Arguments switch
    {
        ["exec", var container, _, ..] => await ExecAsync(command, container),
        ["system", "df", ..] => await UsageAsync(command),
        ["image", "prune", ..] => await PruneAsync(command),
        ["stats", ..] => await StatsAsync(command),
        [var verb, .., var name] => await OfContainerAsync(command, verb, name),
        _ => await command.FailAsync(1, "docker: too few arguments"),
    };

    /// <summary><c>docker-compose up -d --scale backend=N</c></summary>
    public static async Task<int> ComposeAsync(SimulatedCommand command)
    {
        if (command.Arguments is not ["up", .., "--scale", var scale] || scale.Split('=') is not [var name, var count])
            return await command.FailAsync(1, "docker-compose: unknown command");
        if (!int.TryParse(count, CultureInfo.InvariantCulture, out var replicas) || replicas is < 1 or > MostReplicas)
            return await command.FailAsync(1, $"invalid value \"{count}\" for flag --scale");
        for (var i = 1; i <= replicas; i++)
        {
            await command.PauseAsync(0.4);
            await command.OutAsync($"Container {name}-{i}  Started");
        }
        Repairs.Scale(command, replicas);
        return 0;
    }

    static async Task<int> OfContainerAsync(SimulatedCommand command, string verb, string name)
    {
        if (!command.System.Parts.TryGetValue(name, out var part))
            return await command.FailAsync(1, $"Error response from daemon: No such container: {name}");
        switch (verb)
        {
            case "restart" or "start":
                await Repairs.RestartAsync(command, part);
                await command.OutAsync(name);
                return 0;
            case "inspect" when command.Arguments.Any(argument => argument.Contains("Health", StringComparison.Ordinal)):
                await command.OutAsync(IsUp(command, part) ? "{\"Status\":\"healthy\",\"FailingStreak\":0}" : "{\"Status\":\"unhealthy\",\"FailingStreak\":7}");
                return 0;
            case "inspect":
                await command.OutAsync(IsUp(command, part) ? "running" : "exited");
                return 0;
            case "logs":
                foreach (var line in command.System.LatestLog(50))
                    await command.OutAsync(line);
                return 0;
            default:
                return await command.FailAsync(1, $"docker: '{verb}' is not a docker command.");
        }
    }

    static Task<int> ExecAsync(SimulatedCommand command, string container) => command.System.Parts.ContainsKey(container)
        ? CommandTable.RunAsync(command with { Argv = [.. command.Arguments.Skip(2)] })
        : command.FailAsync(1, $"Error response from daemon: No such container: {container}");

    static async Task<int> StatsAsync(SimulatedCommand command)
    {
        var machine = command.System.Machine;
        await command.OutAsync("NAME                 CPU %     MEM USAGE / LIMIT       MEM %");
        foreach (var name in command.System.Parts.Where(part => part.Value == PartKind.Program).Select(part => part.Key).Take(1))
            await command.OutAsync(FormattableString.Invariant($"{name,-20} {machine.Cpu * 100,5:0.0}%    {machine.MemoryBytes / 1048576,5:0}MiB / {machine.MemoryLimit / 1048576:0}MiB       {machine.MemoryRatio * 100:0.0}%"));
        return 0;
    }

    static async Task<int> UsageAsync(SimulatedCommand command)
    {
        var isFull = command.System.Faults.Has(FaultKind.DiskFull);
        await command.OutAsync("TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE");
        await command.OutAsync(isFull ? "Images          94        4         41.7GB    38.2GB (91%)" : "Images          9         4         4.1GB     0.6GB (14%)");
        await command.OutAsync("Containers      4         4         61.2MB    0B (0%)");
        await command.OutAsync(isFull ? "Build Cache     310       0         9.4GB     9.4GB" : "Build Cache     12        0         0.3GB     0.3GB");
        return 0;
    }

    static async Task<int> PruneAsync(SimulatedCommand command)
    {
        var wasFull = command.System.Faults.Has(FaultKind.DiskFull);
        await command.PauseAsync(1.5);
        Repairs.CleanDisk(command);
        await command.OutAsync($"Total reclaimed space: {(wasFull ? "38.2GB" : "0.6GB")}");
        return 0;
    }

    static bool IsUp(SimulatedCommand command, PartKind part) => part switch { PartKind.Program => command.System.IsRunning, PartKind.Database => !command.System.Faults.Has(FaultKind.DatabaseGone), _ => true };
}
