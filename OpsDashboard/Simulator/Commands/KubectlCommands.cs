using System.Globalization;
using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary><c>kubectl</c>, as far as the guides use it.</summary>
static class KubectlCommands
{
    const int MostReplicas = 20;

    static readonly string[] Nodes = ["node-1", Repairs.CrowdedNode, "node-3"];

    public static async Task<int> RunAsync(SimulatedCommand command) => command.Arguments switch
    {
        ["get", "pods", ..] => await PodsAsync(command),
        ["get", "nodes", ..] => await NodesAsync(command),
        ["describe", "node", var node, ..] => await DescribeAsync(command, node),
        ["logs", var target, ..] => await LogsAsync(command, target),
        ["rollout", var verb, var target, ..] => await RolloutAsync(command, verb, target),
        ["scale", var target, var replicas, ..] => await ScaleAsync(command, target, replicas),
        ["set", "env", var target, var variable, ..] => await SetAsync(command, target, variable),
        ["drain", var node, ..] => await DrainAsync(command, node),
        ["uncordon", var node, ..] => await UncordonAsync(command, node),
        ["exec", var target, "--", _, ..] => await FindAsync(command, target) is null ? 1 : await CommandTable.RunAsync(command with { Argv = [.. command.Arguments.Skip(3)] }),
        _ => await command.FailAsync(1, $"error: unknown command \"{string.Join(' ', command.Arguments)}\""),
    };

    static async Task<int> RolloutAsync(SimulatedCommand command, string verb, string target)
    {
        if (await FindAsync(command, target) is not { } part)
            return 1;
        if (verb == "restart")
        {
            await Repairs.RestartAsync(command, part);
            await command.OutAsync($"{Shown(target)} restarted");
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
        await command.OutAsync($"{Shown(target)} scaled");
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

    static async Task<int> NodesAsync(SimulatedCommand command)
    {
        await command.OutAsync("NAME     STATUS                     ROLES    AGE   VERSION");
        foreach (var node in Nodes)
            await command.OutAsync($"{node}   {(command.System.Premises.Cordoned.Contains(node) ? "Ready,SchedulingDisabled" : "Ready                   ")}   <none>   37d   v1.31.2");
        return 0;
    }

    static async Task<int> DescribeAsync(SimulatedCommand command, string node)
    {
        if (await IsMissingAsync(command, node))
            return 1;
        var isCrowded = node == Repairs.CrowdedNode && command.System.Faults.Has(FaultKind.BusyProcessor);
        await command.OutAsync($"Name:               {node}");
        await command.OutAsync($"Unschedulable:      {(command.System.Premises.Cordoned.Contains(node) ? "true" : "false")}");
        await command.OutAsync($"CPUPressure:        {(isCrowded ? "True" : "False")}");
        await command.OutAsync(isCrowded ? "Events:             Warning  Throttled  batch-export-0 uses more processor than the machine has" : "Events:             <none>");
        return 0;
    }

    static async Task<int> LogsAsync(SimulatedCommand command, string target)
    {
        if (await FindAsync(command, target) is null)
            return 1;
        foreach (var line in command.System.LatestLog(50))
            await command.OutAsync(line);
        return 0;
    }

    static async Task<int> SetAsync(SimulatedCommand command, string target, string variable)
    {
        if (await FindAsync(command, target) is null)
            return 1;
        command.System.Premises.IsDebugging = variable.StartsWith("DEBUG=", StringComparison.Ordinal);
        await command.OutAsync($"{Shown(target)} env updated");
        return 0;
    }

    static async Task<int> DrainAsync(SimulatedCommand command, string node)
    {
        if (await IsMissingAsync(command, node))
            return 1;
        await command.OutAsync($"node/{node} cordoned");
        command.System.Premises.Cordon(node, on: true);
        if (!command.Arguments.Contains("--ignore-daemonsets"))
            return await command.FailAsync(1, $"error: unable to drain node \"{node}\" due to error: cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): monitoring/node-exporter");
        foreach (var pod in new[] { "api-7d9c5b8f6-00001", "batch-export-0" })
        {
            await command.OutAsync($"evicting pod {pod}");
            await command.PauseAsync(1.5);
        }
        Repairs.Drain(command, node);
        await command.OutAsync($"node/{node} drained");
        return 0;
    }

    static async Task<int> UncordonAsync(SimulatedCommand command, string node)
    {
        if (await IsMissingAsync(command, node))
            return 1;
        var wasCordoned = command.System.Premises.Cordon(node, on: false);
        await command.OutAsync($"node/{node} {(wasCordoned ? "uncordoned" : "already uncordoned")}");
        return 0;
    }

    static async Task<bool> IsMissingAsync(SimulatedCommand command, string node)
    {
        if (Nodes.Contains(node))
            return false;
        await command.ErrAsync($"Error from server (NotFound): nodes \"{node}\" not found");
        return true;
    }

    static async Task<PartKind?> FindAsync(SimulatedCommand command, string target)
    {
        if (target.Split('/') is ["deployment" or "statefulset", var name] && command.System.Parts.TryGetValue(name, out var part))
            return part;
        await command.ErrAsync($"Error from server (NotFound): \"{target}\" not found");
        return null;
    }

    static string Shown(string target) => target.Replace("deployment/", "deployment.apps/", StringComparison.Ordinal).Replace("statefulset/", "statefulset.apps/", StringComparison.Ordinal);
}
