using OpsDashboard.Audit;

namespace OpsDashboard.Alerts.Story;

/// <summary>Something that somebody changed.</summary>
/// <param name="Text">A sentence without its end.</param>
/// <param name="Icon">Of the icon set.</param>
/// <param name="IsOwn">It was done to the alert's own system, not to all of them.</param>
public sealed record ChangeBefore(DateTimeOffset At, string Text, string By, string Icon, bool IsOwn);

/// <summary>What was changed before an alert began. Filled by a feature above that knows the changes.</summary>
public interface IWhatChanged
{
    /// <summary>What was done in the span to the system or to all of them, as far as the actor may know, the oldest first.</summary>
    Task<IReadOnlyList<ChangeBefore>> ReadAsync(Actor actor, string? systemId, DateTimeOffset from, DateTimeOffset to, CancellationToken stop);
}
