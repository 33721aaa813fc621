using System.Collections.Concurrent;
using System.Threading.Channels;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Runbooks.Mutes;
using OpsDashboard.Runbooks.Proof;

namespace OpsDashboard.Runbooks.Running;

/// <summary>
/// Drives the runs that want something done: at once when one changed here, and each second those that are due or that another process let go.
/// A run is driven by one process at a time, which its lease says.
/// </summary>
sealed class RunnerHost(RunnerParts parts, RunMutes mutes, LiveBus bus, IReplicaChannel replicas, TimeProvider clock, ILogger<RunnerHost> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<Guid, Task> driven = new();
    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var changes = bus.Subscribe<RunChanged>(_ => wake.Writer.TryWrite(true));
        using var others = replicas.Subscribe(RunNews.Topic, () => bus.Publish(new RunChanged(Guid.Empty, "")));
        using var tick = clock.CreateTimer(_ => wake.Writer.TryWrite(true), null, TimeSpan.Zero, Interval);
        string? lastFault = null;
        try
        {
            await foreach (var _ in wake.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await LookAsync(stoppingToken);
                    lastFault = null;
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    if (lastFault != fault.Message)
                        log.LogError(fault, "Runs could not be looked for; the next second tries again");
                    lastFault = fault.Message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
        await Task.WhenAll(driven.Values);
    }

    /// <summary>Begins to drive what is due and is not driven here already.</summary>
    internal async Task LookAsync(CancellationToken stop)
    {
        // Not by the drive itself: one that ends at once, as while another process holds the lease, would end before it stands here, and stand here for good.
        foreach (var (ended, _) in driven.Where(pair => pair.Value.IsCompleted))
            driven.TryRemove(ended, out _);
        await mutes.LookAsync(stop);
        await parts.Line.AdvanceAsync(stop);
        foreach (var id in await parts.Store.DueAsync(clock.GetUtcNow(), stop))
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
            await new RunDriver(id, parts, clock, log).DriveAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // The program ends, or another process took the run over.
        }
        catch (Exception fault)
        {
            log.LogError(fault, "A run could not be driven on; the next look tries again");
        }
    }
}
