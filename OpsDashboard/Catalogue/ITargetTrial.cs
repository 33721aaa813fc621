using OpsDashboard.Audit;

namespace OpsDashboard.Catalogue;

/// <param name="Labels">As PromQL writes them, with those that the program sets.</param>
/// <param name="Help">What the target says of the metric.</param>
public sealed record TrialSeries(string Metric, string Labels, double Value, string Help);

/// <summary>What one real collection of a target gave; nothing of it was stored.</summary>
/// <param name="Failure">Null on success, else one word such as Refused or TimedOut.</param>
/// <param name="Reason">One sentence for a person.</param>
/// <param name="Series">At most <see cref="ITargetTrial.MaxSeries"/>, by name.</param>
/// <param name="Found">How many series there were.</param>
public sealed record TrialOutcome(string? Failure, string? Reason, TimeSpan Duration, int Found, IReadOnlyList<TrialSeries> Series);

/// <summary>Collects a target once that is not in the catalogue yet. The feature that collects fills this in. Thread-safe.</summary>
public interface ITargetTrial
{
    const int MaxSeries = 200;

    /// <summary>Connects as the target says, at most for its time-out. Takes the right to edit the catalogue: it sends requests from this machine.</summary>
    /// <exception cref="Access.AccessDeniedException" />
    Task<TrialOutcome> TryAsync(Actor actor, Target target, CancellationToken stop);
}
