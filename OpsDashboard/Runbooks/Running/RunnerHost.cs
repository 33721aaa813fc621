using System.Collections.Concurrent;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Runbooks.Mutes;
using OpsDashboard.Runbooks.Proof;

namespace OpsDashboard.Runbooks.Running;

/// <summary>
/// Drives the runs that want something done: at once when one changed here, and each second those that are due or that another process let go.
/// A run is driven by one process at a time, which its lease says.
/// </summary>
sealed class RunnerHost(RunnerParts parts, RunMutes mutes, LiveBus bus, IReplicaChannel replicas, TimeProvider clock, ILogger<RunnerHost> log)
    : LookingHost("Runs could not be looked for", TimeSpan.FromSeconds(1), clock, log)
{
    readonly ConcurrentDictionary<Guid, Task> driven = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changes = bus.Subscribe<RunChanged>(_ => Wake());
        using var others = replicas.Subscribe(RunNews.Topic, () => bus.Publish(new RunChanged(Guid.Empty, "")));
        await base.ExecuteAsync(stoppingToken);
        await Task.WhenAll(driven.Values);
    }

    /// <summary>Begins to drive what is due and is not driven here already.</summary>
    protected internal override async Task LookAsync(CancellationToken stop)
    {
        // Not by the drive itself: one that ends at once, as while another process holds the lease, would end before it stands here, and stand here for good.
        foreach (var (ended, _) in driven.Where(pair => pair.Value.IsCompleted))
            driven.TryRemove(ended, out _);
        await mutes.LookAsync(stop);
        await parts.Line.AdvanceAsync(stop);
        foreach (var id in await parts.Store.DueAsync(Clock.GetUtcNow(), stop))
        {
            if (!driven.ContainsKey(id))
                driven[id] = DriveAsync(id, stop);
        }
    }

    async Task DriveAsync(Guid id, CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            await new RunDriver(id, parts, Clock, Log).DriveAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // The program ends, or another process took the run over.
        }
        catch (Exception fault)
        {
            Log.LogError(fault, "A run could not be driven on; the next look tries again");
        }
    }
}
