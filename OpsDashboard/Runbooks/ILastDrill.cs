namespace OpsDashboard.Runbooks;

/// <summary>When a runbook was exercised last. Filled by a feature above; thread-safe.</summary>
public interface ILastDrill
{
    /// <summary>Null: never.</summary>
    Task<DateTimeOffset?> OfAsync(string runbookId, CancellationToken stop);
}
