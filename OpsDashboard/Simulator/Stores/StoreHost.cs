namespace OpsDashboard.Simulator.Stores;

/// <summary>What the simulated systems do in a real store beside them.</summary>
interface IStoreWork : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Variables of the catalogue that let the native collectors find the store.</summary>
    IEnumerable<(string Variable, string Value)> Addresses { get; }

    /// <summary>A second's work.</summary>
    Task WorkAsync(Fleet fleet, CancellationToken stop);
}

/// <summary>Works once a second in one store; a store that is away is tried again, and said once.</summary>
sealed class StoreHost(IStoreWork work, Fleet fleet, TimeProvider clock, ILogger<StoreHost> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        string? lastError = null;
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    await work.WorkAsync(fleet, stop);
                    lastError = null;
                }
                catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
                {
                    if (error.Message != lastError)
                        log.LogWarning("The simulated systems cannot work in {Store}: {Problem}", work.Name, error.Message);
                    lastError = error.Message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the program ends
        }
        await work.DisposeAsync();
    }
}
