using System.Threading.Channels;

namespace OpsDashboard.Metrics.Store;

/// <summary>Looks for what other replicas wrote: four times a second, and at once when woken.</summary>
sealed class ReplicaTail(SampleStore store, TimeProvider time, IReplicaWake? wake)
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>One look answers any number of wake-ups that came before it.</summary>
    readonly Channel<bool> woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <exception cref="OperationCanceledException">It was stopped; it ends in no other way.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var subscription = wake?.OnWritten(Wake);
        await using var timer = time.CreateTimer(_ => Wake(), null, Interval, Interval);
        // It ends in one way, wherever the stop meets it.
        while (true)
        {
            await woken.Reader.ReadAsync(stop);
            // An outage shows in the writer's status; here it means to look again.
            await store.TailAsync(stop);
        }
    }

    void Wake() => woken.Writer.TryWrite(true);
}
