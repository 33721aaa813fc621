using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.Collectors;

/// <summary>Stops and starts the collecting of single targets; a pause outlives the program. Thread-safe. Every change is audited.</summary>
public interface ICollectorControl
{
    /// <returns>The state afterwards, or null where there is no such target.</returns>
    /// <exception cref="Access.AccessDeniedException">The actor may not pause collectors of the target's system.</exception>
    /// <param name="reason">Why, for whoever finds it paused; null or empty where nobody says.</param>
    /// <exception cref="Access.InvalidInputException">The reason is too long.</exception>
    Task<CollectorState?> PauseAsync(Actor actor, string targetId, string? reason, CancellationToken stop);

    /// <summary>Takes the collecting up again.</summary>
    /// <returns>The state afterwards, or null where there is no such target.</returns>
    /// <exception cref="Access.AccessDeniedException">The actor may not pause collectors of the target's system.</exception>
    Task<CollectorState?> ResumeAsync(Actor actor, string targetId, CancellationToken stop);
}
