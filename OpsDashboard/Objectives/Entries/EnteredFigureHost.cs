namespace OpsDashboard.Objectives.Entries;

/// <summary>Stores what was entered while the sample store could not take it: at the start, then once a minute.</summary>
sealed class EnteredFigureHost(EnteredFigures figures, TimeProvider clock, ILogger<EnteredFigureHost> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var ticks = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await figures.StoreLeftAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                log.LogWarning(failure, "Entered figures that wait could not be stored; the next minute tries again");
            }
        }
        while (await ticks.WaitForNextTickAsync(stoppingToken));
    }
}
