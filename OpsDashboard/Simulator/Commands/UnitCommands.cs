using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary><c>systemctl restart|start|stop|is-active|show|status &lt;unit&gt;</c>; silent where the real one is.</summary>
static class UnitCommands
{
    const int NotActive = 3, NoSuchUnit = 5;

    public static async Task<int> SystemctlAsync(SimulatedCommand command)
    {
        if (command.Arguments is not [var verb, .., var name])
            return await command.FailAsync(1, "Too few arguments.");
        var unit = name.EndsWith(".service", StringComparison.Ordinal) ? name[..^".service".Length] : name;
        if (!command.System.Parts.TryGetValue(unit, out var part))
            return await command.FailAsync(verb == "is-active" ? NotActive : NoSuchUnit, $"Unit {unit}.service could not be found.");
        var isActive = part switch { PartKind.Program => command.System.IsRunning, PartKind.Database => !command.System.Faults.Has(FaultKind.DatabaseGone), _ => true };
        switch (verb)
        {
            case "restart" or "start":
                if (verb == "restart" || !isActive)
                    await Repairs.RestartAsync(command, part);
                return 0;
            case "stop" when part == PartKind.Program:
                await Repairs.StopAsync(command);
                return 0;
            case "is-active":
                await command.OutAsync(isActive ? "active" : "failed");
                return isActive ? 0 : NotActive;
            case "show" or "status":
                await command.OutAsync($"Id={unit}.service");
                await command.OutAsync($"ActiveState={(isActive ? "active" : "failed")}");
                await command.OutAsync($"MainPID={(isActive ? 1000 + (command.System.Machine.StartedAt.ToUnixTimeSeconds() % 60000) : 0)}");
                await command.OutAsync($"MemoryCurrent={Math.Round(command.System.Machine.MemoryBytes)}");
                return verb == "status" && !isActive ? NotActive : 0;
            default:
                return await command.FailAsync(1, $"Unknown command verb '{verb}'.");
        }
    }
}
