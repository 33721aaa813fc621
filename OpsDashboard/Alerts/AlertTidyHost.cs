using OpsDashboard.Storage;

namespace OpsDashboard.Alerts;

/// <summary>Forgets, each hour, what was only pending a week ago. Of several replicas each may do it.</summary>
sealed class AlertTidyHost(AlertStore store, TimeProvider clock, ILogger<AlertTidyHost> log) : BackgroundService
{
    /// <summary>Longer than any reader with a cursor may lag behind.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        await Task.Yield();
        using var tick = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await store.TidyAsync(clock.Now() - Retention, stop);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogWarning(error, "Old pending alerts could not be forgotten; the next hour tries again");
            }
        }
        while (await tick.WaitForNextTickAsync(stop));
    }
}
