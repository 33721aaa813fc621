namespace OpsDashboard.Metrics;

/// <summary>
/// Tells other replicas that this one wrote, and is told by them. Only speed depends on it: without it, or when a message is lost,
/// replicas look four times a second. Thread-safe.
/// </summary>
public interface IReplicaWake
{
    /// <summary>This replica has committed samples. Must not block.</summary>
    void Written();

    /// <summary>Calls the observer when another replica has; it returns at once.</summary>
    IDisposable OnWritten(Action observer);
}
