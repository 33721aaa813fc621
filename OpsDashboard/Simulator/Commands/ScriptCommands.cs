using System.Globalization;

namespace OpsDashboard.Simulator.Commands;

/// <summary>The teams' own scripts: <c>npm run &lt;script&gt; -- …</c>, <c>bun run &lt;script&gt; …</c></summary>
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
            ["run", var script, ..] => await command.FailAsync(1, $"error: Missing script: \"{script}\""),
            _ => await command.FailAsync(1, $"error: unknown command: {string.Join(' ', command.Arguments)}"),
        };
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
}
