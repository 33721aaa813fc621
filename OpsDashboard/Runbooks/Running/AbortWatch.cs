using OpsDashboard.Runbooks.Store;

namespace OpsDashboard.Runbooks.Running;

/// <summary>Looks whether a person asked for a run's end: four times a second, so that it is found whichever replica was asked.</summary>
sealed class AbortWatch : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource asked = new(), over;
    readonly TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    int? seen;

    public AbortWatch(Guid run, RunnerParts parts, TimeProvider clock, CancellationToken stop)
    {
        over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _ = LookAsync(run, parts.Store, clock, over.Token);
    }

    public bool IsAsked => asked.IsCancellationRequested;

    public CancellationToken Token => asked.Token;

    /// <summary>Completes when it was asked for.</summary>
    public Task Asked => said.Task;

    public void Dispose()
    {
        over.Cancel();
        over.Dispose();
    }

    async Task LookAsync(Guid run, RunStore store, TimeProvider clock, CancellationToken stop)
    {
        try
        {
            using var tick = new PeriodicTimer(Pause, clock);
            do
            {
                if (await IsAskedAsync(run, store, stop))
                {
                    await asked.CancelAsync();
                    said.TrySetResult();
                    return;
                }
            }
            while (await tick.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The step ended first.
        }
    }

    // The whole run is read only where it changed: this is asked for each step that runs.
    async Task<bool> IsAskedAsync(Guid run, RunStore store, CancellationToken stop)
    {
        try
        {
            var version = await store.VersionAsync(run, stop);
            if (version == seen)
                return false;
            var isAsked = (await store.FindAsync(run, stop))?.Abort is not null;
            seen = version;
            return isAsked;
        }
        catch (Exception away) when (away is not OperationCanceledException)
        {
            // The database is away; the next look asks again.
            return false;
        }
    }
}
