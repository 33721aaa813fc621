using System.Globalization;
using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary>The teams' own scripts: <c>npm run &lt;script&gt; -- …</c>, <c>bun run &lt;script&gt; …</c>, <c>bun test &lt;file&gt;</c></summary>
static class ScriptCommands
{
    const int MostInstances = 20;

    public static async Task<int> RunAsync(SimulatedCommand command)
    {
        var arguments = command.Arguments.Where(argument => argument != "--").ToArray();
        return arguments switch
        {
            ["run", "cache:warm", ..] => await WarmAsync(command),
            ["run", "workers:scale", var count] => await ScaleAsync(command, count),
            ["run", "flag:set", var name, "on" or "off"] => await SetFlagAsync(command, name, arguments[^1] == "on"),
            ["run", "scripts/disable-feature-flag.js", var feature] when feature.StartsWith("--feature=", StringComparison.Ordinal) => await SetFlagAsync(command, feature["--feature=".Length..], on: false),
            ["run", "scripts/check-performance-metrics.js"] => await FiguresAsync(command),
            ["run", "events:prune", _] => await PruneAsync(command),
            ["run", var script, ..] => await command.FailAsync(1, $"error: Missing script: \"{script}\""),
            ["test", var path] => await TestCommands.RunAsync(command, path),
            ["audit", ..] => await AuditAsync(command),
            _ => await command.FailAsync(1, $"error: unknown command: {string.Join(' ', command.Arguments)}"),
        };
    }

    /// <summary><c>node --inspect packages/frontend/src/utils/memory-analysis.js</c></summary>
    public static async Task<int> NodeAsync(SimulatedCommand command)
    {
        if (!command.Arguments.Any(argument => argument.EndsWith("memory-analysis.js", StringComparison.Ordinal)))
            return await command.FailAsync(1, "Error: Cannot find module");
        var machine = command.System.Machine;
        await command.OutAsync(FormattableString.Invariant($"heap in use: {machine.HeapBytes / 1e6:0} MB"));
        await command.OutAsync(FormattableString.Invariant($"listeners never removed: {machine.LeakedBytes / 1e6:0} MB"));
        return 0;
    }

    /// <summary><c>npx wrangler secret list</c>: names only, as the real one.</summary>
    public static async Task<int> NpxAsync(SimulatedCommand command)
    {
        if (command.Arguments is not ["wrangler", "secret", "list", ..])
            return await command.FailAsync(1, "wrangler: unknown command");
        foreach (var name in new[] { "JWT_SECRET", "PARTICLE_API_KEY", "RPC_API_KEY" })
            await command.OutAsync($"{{ \"name\": \"{name}\", \"type\": \"secret_text\" }}");
        return 0;
    }

    static async Task<int> WarmAsync(SimulatedCommand command)
    {
        for (var percent = 0; percent <= 100; percent += 20)
        {
            await command.OutAsync($"warming {percent} %");
            await command.PauseAsync(0.3);
        }
        Repairs.WarmCache(command);
        await command.OutAsync("cache is warm");
        return 0;
    }

    static async Task<int> ScaleAsync(SimulatedCommand command, string text)
    {
        if (!int.TryParse(text, CultureInfo.InvariantCulture, out var instances) || instances is < 1 or > MostInstances)
            return await command.FailAsync(1, $"error: {text} is no number of instances");
        await command.OutAsync($"scaling workers to {instances}");
        await command.PauseAsync(1.5);
        Repairs.Scale(command, instances);
        await command.OutAsync($"{instances} workers serve");
        return 0;
    }

    static async Task<int> SetFlagAsync(SimulatedCommand command, string name, bool on)
    {
        if (name.Length is 0 or > 60)
            return await command.FailAsync(1, "error: no such flag");
        Repairs.SetFlag(command, name, on);
        await command.OutAsync($"flag {name} is {(on ? "on" : "off")}");
        return 0;
    }

    static async Task<int> FiguresAsync(SimulatedCommand command)
    {
        var (machine, faults) = (command.System.Machine, command.System.Faults);
        await command.OutAsync(FormattableString.Invariant($"frame rate   {faults.Value(FaultKind.FrameDrop) ?? 60:0} frames/s  (target 60)"));
        await command.OutAsync(FormattableString.Invariant($"heap         {machine.HeapBytes / 1e6:0} MB        (target below 100)"));
        await command.OutAsync(FormattableString.Invariant($"open a case  {0.28 + (faults.Value(FaultKind.Slow) ?? 0):0.00} s     (target below 1)"));
        return 0;
    }

    static async Task<int> PruneAsync(SimulatedCommand command)
    {
        await command.OutAsync("pruning events of finished games");
        await command.PauseAsync(2);
        Repairs.Prune(command);
        await command.OutAsync("pruned 1,420,118 events");
        return 0;
    }

    static async Task<int> AuditAsync(SimulatedCommand command)
    {
        await command.PauseAsync(0.5);
        await command.OutAsync("found 0 vulnerabilities");
        return 0;
    }
}
