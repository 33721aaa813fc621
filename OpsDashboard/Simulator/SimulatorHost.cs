namespace OpsDashboard.Simulator;

/// <summary>Runs the fleet: opened before anything collects from it, then moved on at every tick and saved about once a second.</summary>
sealed class SimulatorHost(Fleet fleet, SimulatorOptions options, TimeProvider clock, ILogger<SimulatorHost> log) : BackgroundService, IHostedLifecycleService
{
    static readonly TimeSpan SavePause = TimeSpan.FromSeconds(1);

    public Task StartingAsync(CancellationToken stop) => fleet.StartAsync(stop);

    public Task StartedAsync(CancellationToken stop) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken stop) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken stop) => fleet.DisposeAsync().AsTask();

    protected override Task ExecuteAsync(CancellationToken stop) =>
        Task.WhenAll(RepeatAsync("move on", options.Tick, fleet.ReconcileAsync, stop), RepeatAsync("save", SavePause, fleet.PersistAsync, stop));

    async Task RepeatAsync(string what, TimeSpan pause, Func<CancellationToken, Task> act, CancellationToken stop)
    {
        string? lastError = null;
        using var timer = new PeriodicTimer(pause, clock);
        try
        {
            do
            {
                try
                {
                    await act(stop);
                    lastError = null;
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    if (error.Message != lastError)
                        log.LogWarning(error, "The simulator could not {What}", what);
                    lastError = error.Message;
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // the program ends
        }
    }
}
