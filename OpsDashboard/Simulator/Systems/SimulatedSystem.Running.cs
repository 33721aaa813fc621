using OpsDashboard.Simulator.Faults;
using OpsDashboard.Simulator.Hosting;

namespace OpsDashboard.Simulator.Systems;

/// <summary>How the program comes and goes, and what it keeps.</summary>
abstract partial class SimulatedSystem
{
    SiteHost? host;

    public bool IsRunning => host is { IsRunning: true };

    /// <summary>Opens or closes the ports as it should be and as the crash fault asks. One caller at a time.</summary>
    public async Task ReconcileAsync(bool shouldRun, CancellationToken stop)
    {
        host ??= new(listens, Sites);
        if (!shouldRun || Faults.Has(FaultKind.Crash))
        {
            await host.StopAsync();
        }
        else if (!host.IsRunning)
        {
            Begin();
            await host.StartAsync(stop);
        }
    }

    /// <summary>Ends the program and starts it again: counters, uptime and what leaked begin anew. One caller at a time.</summary>
    public async Task RestartAsync(CancellationToken stop)
    {
        host ??= new(listens, Sites);
        await host.StopAsync();
        await ReconcileAsync(shouldRun: true, stop);
    }

    /// <summary>Writes log and database; called about once a second by one caller.</summary>
    public async Task PersistAsync(CancellationToken stop)
    {
        await Log.FlushAsync(stop);
        if (IsRunning && !Faults.Has(FaultKind.DatabaseGone))
            await SaveAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The program begins anew; called under the lock.</summary>
    protected virtual void Restarted()
    {
    }

    protected virtual Task SaveAsync(CancellationToken stop) => Task.CompletedTask;

    void Begin()
    {
        lock (Gate)
        {
            Page.Reset();
            Machine.Restart(Now);
            Restarted();
            lastStep = Clock.GetTimestamp();
        }
        Log.Write(Now, "INFO", "system_event", "started", new { version = Machine.Version, replicas = Machine.Replicas });
    }
}
