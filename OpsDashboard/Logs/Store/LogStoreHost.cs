namespace OpsDashboard.Logs.Store;

/// <summary>Opens the store before anything that needs it starts, and removes what has been kept long enough.</summary>
sealed class LogStoreHost(LogStore store, LogRetention retention, TimeProvider time, ILogger<LogStoreHost> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    public override async Task StartAsync(CancellationToken stop)
    {
        await store.OpenAsync(stop);
        await base.StartAsync(stop);
    }

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        string? said = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await retention.PurgeAsync(stop);
                said = null;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (said != failure.Message)
                    logger.LogError(failure, "Old lines could not be removed; it is tried again");
                said = failure.Message;
            }
            await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
