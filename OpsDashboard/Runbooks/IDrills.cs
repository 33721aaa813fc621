namespace OpsDashboard.Runbooks;

/// <summary>Exercises on simulated systems. Filled by a feature above; thread-safe.</summary>
public interface IDrills
{
    /// <summary>When a runbook was exercised last; null: never.</summary>
    Task<DateTimeOffset?> LastAsync(string runbookId, CancellationToken stop);

    /// <summary>Whether what happens to the system now is an exercise.</summary>
    Task<bool> IsRunningAsync(string systemId, CancellationToken stop);
}
