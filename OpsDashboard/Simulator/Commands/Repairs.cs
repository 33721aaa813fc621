using OpsDashboard.Simulator.Faults;

namespace OpsDashboard.Simulator.Commands;

/// <summary>What commands do to a simulated system, and which faults that ends: those that the same command would end on a real one.</summary>
static class Repairs
{
    /// <summary>The machine whose neighbours take its processor.</summary>
    public const string CrowdedNode = "node-2";

    /// <summary>What a fresh process does not have.</summary>
    static readonly FaultKind[] OfTheProcess = [FaultKind.MemoryLeak, FaultKind.Hang, FaultKind.Crash, FaultKind.GarbageOutput, FaultKind.ConnectionLeak];

    /// <summary>What ends with the database's connections.</summary>
    static readonly FaultKind[] OfTheDatabase = [FaultKind.DatabaseGone, FaultKind.LongQuery, FaultKind.ConnectionLeak];

    /// <summary>A part begins anew; its neighbours go on.</summary>
    public static async Task RestartAsync(SimulatedCommand command, PartKind part)
    {
        await command.PauseAsync(part == PartKind.Program ? 1.2 : 2);
        if (part == PartKind.Cache)
            return;
        foreach (var fault in part == PartKind.Database ? OfTheDatabase : OfTheProcess)
            command.System.Faults.End(fault);
        if (part == PartKind.Program)
            await command.Fleet.RestartAsync(command.System, command.Stop);
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
        if (name == "rate-limit" && on)
            command.System.Faults.End(FaultKind.Flood);
        if (name == command.System.FragileFeature && !on)
            command.System.Faults.End(FaultKind.Errors);
    }

    public static void CleanDisk(SimulatedCommand command) => command.System.Faults.End(FaultKind.DiskFull);

    public static void Prune(SimulatedCommand command)
    {
        lock (command.System.Gate)
            command.System.PruneStore();
        CleanDisk(command);
    }

    /// <summary>What ran on the machine runs on others.</summary>
    public static void Drain(SimulatedCommand command, string node)
    {
        command.System.Premises.Cordon(node, on: true);
        if (node == CrowdedNode)
            command.System.Faults.End(FaultKind.BusyProcessor);
    }
}
