namespace OpsDashboard.Metrics.Store;

/// <summary>Opens the store before anything that needs it starts, and keeps it running.</summary>
sealed class SampleStoreHost(SampleStore store, ILogger<SampleStoreHost> logger) : BackgroundService
{
    public override async Task StartAsync(CancellationToken stop)
    {
        await store.OpenAsync(stop);
        var status = store.Status;
        logger.LogInformation("Samples: {Known} series known, {Live} in memory, {Replayed} samples read back", status.KnownSeries, status.LiveSeries, status.SamplesAppended);
        if (status.ProblemCount > 0)
            logger.LogError("Samples: {Count} stored records are damaged and left out; the latest: {Problem}", status.ProblemCount, status.Problems[^1]);
        await base.StartAsync(stop);
    }

    protected override Task ExecuteAsync(CancellationToken stop) => store.RunAsync(Report, stop);

    void Report(string? before, string? now)
    {
        if (now is null)
            logger.LogInformation("Samples reach the database again");
        else if (before != now)
            logger.LogError("Samples do not reach the database and wait in memory: {Error}", now);
    }
}
