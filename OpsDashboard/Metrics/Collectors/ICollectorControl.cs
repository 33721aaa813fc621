using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.Collectors;

/// <summary>Stops and starts the collecting of single targets. Thread-safe. Every call is audited, refusals too.</summary>
public interface ICollectorControl
{
    /// <returns>The state afterwards, or null where there is no such target.</returns>
    /// <exception cref="Access.AccessDeniedException">The actor may not pause collectors of the target's system.</exception>
    Task<CollectorState?> PauseAsync(Actor actor, string targetId, CancellationToken stop);

    /// <inheritdoc cref="PauseAsync"/>
    Task<CollectorState?> ResumeAsync(Actor actor, string targetId, CancellationToken stop);
}
