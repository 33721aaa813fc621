using System.Globalization;
using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary><c>docker</c> and <c>kubectl</c>, as far as the guides use them.</summary>
static class ContainerCommands
{
    const int MostReplicas = 20;

    /// <summary><c>docker restart|inspect|logs &lt;name&gt;</c></summary>
    public static async Task<int> DockerAsync(SimulatedCommand command)
    {
        if (command.Arguments is not [var verb, .., var name])
            return await command.FailAsync(1, "docker: too few arguments");
        if (!command.System.Parts.TryGetValue(name, out var part))
            return await command.FailAsync(1, $"Error response from daemon: No such container: {name}");
        switch (verb)
        {
            case "restart" or "start":
                await Repairs.RestartAsync(command, part);
                await command.OutAsync(name);
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

    /// <summary><c>kubectl rollout restart|status &lt;kind&gt;/&lt;name&gt;</c>, <c>kubectl scale &lt;kind&gt;/&lt;name&gt; --replicas=N</c>, <c>kubectl get pods</c></summary>
    public static async Task<int> KubectlAsync(SimulatedCommand command) => command.Arguments switch
    {
        ["get", "pods", ..] => await PodsAsync(command),
        ["rollout", var verb, var target, ..] => await RolloutAsync(command, verb, target),
        ["scale", var target, var replicas, ..] => await ScaleAsync(command, target, replicas),
        _ => await command.FailAsync(1, $"error: unknown command \"{string.Join(' ', command.Arguments)}\""),
    };

    static async Task<int> RolloutAsync(SimulatedCommand command, string verb, string target)
    {
        if (await FindAsync(command, target) is not { } part)
            return 1;
        var shown = target.Replace("deployment/", "deployment.apps/", StringComparison.Ordinal).Replace("statefulset/", "statefulset.apps/", StringComparison.Ordinal);
        if (verb == "restart")
        {
            await Repairs.RestartAsync(command, part);
            await command.OutAsync($"{shown} restarted");
            return 0;
        }
        var (kind, name, replicas) = (target.Split('/')[0], target.Split('/')[^1], command.System.Machine.Replicas);
        for (var ready = 0; ready < replicas; ready++)
        {
            await command.OutAsync($"Waiting for {kind} \"{name}\" rollout to finish: {ready} of {replicas} updated replicas are available...");
            await command.PauseAsync(0.4);
        }
        await command.OutAsync($"{kind} \"{name}\" successfully rolled out");
        return 0;
    }

    static async Task<int> ScaleAsync(SimulatedCommand command, string target, string argument)
    {
        if (await FindAsync(command, target) is null)
            return 1;
        if (!argument.StartsWith("--replicas=", StringComparison.Ordinal) || !int.TryParse(argument["--replicas=".Length..], CultureInfo.InvariantCulture, out var replicas) || replicas is < 1 or > MostReplicas)
            return await command.FailAsync(1, $"error: invalid argument \"{argument}\"");
        await command.PauseAsync(1);
        Repairs.Scale(command, replicas);
        await command.OutAsync($"{target.Replace("deployment/", "deployment.apps/", StringComparison.Ordinal)} scaled");
        return 0;
    }

    static async Task<int> PodsAsync(SimulatedCommand command)
    {
        await command.OutAsync("NAME                     READY   STATUS    RESTARTS");
        var isUp = command.System.IsRunning;
        for (var pod = 0; pod < command.System.Machine.Replicas; pod++)
            await command.OutAsync($"api-7d9c5b8f6-{pod:x5}      {(isUp ? "1/1     Running" : "0/1     Error  ")}   0");
        return 0;
    }

    static async Task<PartKind?> FindAsync(SimulatedCommand command, string target)
    {
        if (target.Split('/') is ["deployment" or "statefulset", var name] && command.System.Parts.TryGetValue(name, out var part))
            return part;
        await command.ErrAsync($"Error from server (NotFound): \"{target}\" not found");
        return null;
    }

    static bool IsUp(SimulatedCommand command, PartKind part) => part switch { PartKind.Program => command.System.IsRunning, PartKind.Database => !command.System.Faults.Has(FaultKind.DatabaseGone), _ => true };
}
