using OpsDashboard.Http;
using OpsDashboard.Ui;

namespace OpsDashboard.Metrics;

/// <summary>Whether samples reach the disk: a database on a full disk still answers every question.</summary>
sealed class SampleStoreReadiness(ISampleStoreHealth store) : IReadinessCheck
{
    /// <summary>A commit that a busy machine keeps waiting is no outage.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "samples";

    public bool IsRequired => true;

    public Task<string?> ProblemAsync(CancellationToken stop)
    {
        var status = store.Status;
        return Task.FromResult(status.LastError is null || status.Lag < Patience ? null
            : $"cannot be written for {Durations.Short(status.Lag)}; {status.BufferedSamples} wait in memory");
    }
}
