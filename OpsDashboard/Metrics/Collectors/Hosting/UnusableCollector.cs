namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>Stands for a target that cannot be collected, so that it is seen as failing and not missing.</summary>
sealed class UnusableCollector(string reason) : ICollector
{
    public ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop) =>
        ValueTask.FromResult(CollectOutcome.Failed(CollectFailure.Other, reason));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
