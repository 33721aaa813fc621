using OpsDashboard.Simulator.Hosting;
using OpsDashboard.Simulator.Systems;

namespace OpsDashboard.Simulator;

/// <summary>The five systems, the machines below them, and what runs them. Made before the program is built, because their ports are published then.</summary>
sealed class Fleet : IAsyncDisposable
{
    readonly SemaphoreSlim gate = new(1);
    readonly SiteHost control;
    readonly SiteHost nodes;
    readonly string offMark;

    public Fleet(TimeProvider clock, string folder, int seed, Func<Fleet, Site> control, bool listens = true)
    {
        Ground Under(string id, int place) => new(clock, Path.Combine(folder, id), unchecked(seed + (place * 7919)), listens);
        CaseOpening = new(Under("case-opening", 1));
        Systems =
        [
            CaseOpening,
            new DndCompanion(Under("dnd-companion", 2)),
            new LiapTui(Under("liap-tui", 3)),
            new NbaProjections(Under("nba-projections", 4)),
            new QuantumNexus(Under("quantum-nexus", 5)),
        ];
        Control = control(this);
        this.control = new(listens, Control);
        nodes = new(listens, [.. Systems.Select(system => system.NodeSite)]);
        offMark = Path.Combine(folder, "off");
        IsOff = File.Exists(offMark);
    }

    public CaseOpening CaseOpening { get; }

    public IReadOnlyList<SimulatedSystem> Systems { get; }

    public Site Control { get; }

    /// <summary>The demo was removed: nothing but the control address listens, now and after a restart.</summary>
    public bool IsOff { get; private set; }

    public SimulatedSystem? Find(string? id) => Systems.FirstOrDefault(system => system.Id == id);

    public IEnumerable<(string Variable, string Value)> Addresses => Systems.SelectMany(system => system.Addresses);

    public async Task StartAsync(CancellationToken stop)
    {
        await control.StartAsync(stop);
        await ReconcileAsync(stop);
    }

    public async Task SwitchAsync(bool on, CancellationToken stop)
    {
        if (on)
            File.Delete(offMark);
        else
            await File.WriteAllTextAsync(offMark, "The demo was removed. Delete this file to bring the simulated systems back.\n", stop);
        IsOff = !on;
        await ReconcileAsync(stop);
    }

    /// <summary>Moves every system on and opens or closes ports as the faults ask.</summary>
    public async Task ReconcileAsync(CancellationToken stop)
    {
        await gate.WaitAsync(stop);
        try
        {
            await (IsOff ? nodes.StopAsync() : nodes.StartAsync(stop));
            foreach (var system in Systems)
            {
                await system.ReconcileAsync(!IsOff, stop);
                if (!IsOff)
                    system.Advance();
            }
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task RestartAsync(SimulatedSystem system, CancellationToken stop)
    {
        await gate.WaitAsync(stop);
        try
        {
            await system.RestartAsync(stop);
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task PersistAsync(CancellationToken stop)
    {
        foreach (var system in Systems)
            await system.PersistAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var system in Systems)
            await system.DisposeAsync();
        await nodes.DisposeAsync();
        await control.DisposeAsync();
        gate.Dispose();
    }
}
