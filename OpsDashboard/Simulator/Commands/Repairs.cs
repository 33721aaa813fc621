using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary>What commands do to a simulated system, and which faults that ends: those that the same command would end on a real one.</summary>
static class Repairs
{
    /// <summary>What a fresh process does not have.</summary>
    static readonly FaultKind[] OfTheProcess = [FaultKind.MemoryLeak, FaultKind.Hang, FaultKind.Crash, FaultKind.GarbageOutput];

    /// <summary>A part begins anew; its neighbours go on.</summary>
    public static async Task RestartAsync(SimulatedCommand command, PartKind part)
    {
        await command.PauseAsync(part == PartKind.Program ? 1.2 : 2);
        if (part == PartKind.Database)
        {
            command.System.Faults.End(FaultKind.DatabaseGone);
        }
        else if (part == PartKind.Program)
        {
            foreach (var fault in OfTheProcess)
                command.System.Faults.End(fault);
            await command.Fleet.RestartAsync(command.System, command.Stop);
        }
    }

    /// <summary>Takes a program down until it is started.</summary>
    public static async Task StopAsync(SimulatedCommand command)
    {
        command.System.Faults.Start(FaultKind.Crash, 0, TimeSpan.FromSeconds(FaultCatalogue.MostSeconds));
        await command.Fleet.ReconcileAsync(command.Stop);
    }

    public static void Scale(SimulatedCommand command, int replicas)
    {
        lock (command.System.Gate)
            command.System.Machine.Replicas = replicas;
    }

    public static void WarmCache(SimulatedCommand command) => command.System.Faults.End(FaultKind.CacheCold);

    public static void SetFlag(SimulatedCommand command, string name, bool on)
    {
        lock (command.System.Gate)
            command.System.Flags[name] = on;
        // The plain animation needs nothing of what makes the other one slow.
        if (name == "fallback-animation" && on)
            command.System.Faults.End(FaultKind.FrameDrop);
    }
}
