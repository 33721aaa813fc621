using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors;

/// <summary>Whether the collecting itself works; says nothing of the system's health.</summary>
public enum CollectorHealth { Unknown, Ok, Failing }

/// <summary>One bar of a target's history.</summary>
/// <param name="At">The tick, in milliseconds since 1970 UTC.</param>
public readonly record struct PastRun(long At, TimeSpan Duration, CollectFailure Failure);

/// <summary>A series that the target reported once and no longer does.</summary>
public sealed record SilentSeries(Labels Labels, DateTimeOffset LastSeenAt);

/// <summary>Who stopped a target, since when, and why; the reason is null where none was given.</summary>
public sealed record CollectorPause(string By, DateTimeOffset At, string? Reason = null);

/// <summary>What is known of a target's collector as of its last run. Immutable.</summary>
public sealed record CollectorState
{
    /// <summary>How many runs <see cref="History"/> keeps; the oldest falls out.</summary>
    public const int MaxHistory = 60;

    /// <summary>How many silent series <see cref="Silent"/> names; <see cref="SilentCount"/> counts them all.</summary>
    public const int MaxSilent = 200;

    public required Target Target { get; init; }

    /// <summary>The tick of the last run; null before the first.</summary>
    public DateTimeOffset? LastRunAt { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Samples of the last run, without those that the host adds.</summary>
    public int Samples { get; init; }

    public CollectFailure Failure { get; init; }

    /// <summary>Why the last run failed, in one sentence without secrets; null when it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>What a successful run could not keep, e.g. repeated samples; null when it kept everything.</summary>
    public string? Note { get; init; }

    /// <summary>Ticks at which nothing was collected because the run before had not ended or the machine was too busy.</summary>
    public long MissedTicks { get; init; }

    public int ConsecutiveFailures { get; init; }

    /// <summary>When it last went from working to failing or back, was paused or resumed.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>The last runs, oldest first.</summary>
    public IReadOnlyList<PastRun> History { get; init; } = [];

    public IReadOnlyList<SilentSeries> Silent { get; init; } = [];

    public int SilentCount { get; init; }

    /// <summary>Null unless somebody paused it.</summary>
    public CollectorPause? Pause { get; init; }

    public CollectorHealth Health => (Pause, LastRunAt, Failure) switch
    {
        (not null, _, _) or (_, null, _) => CollectorHealth.Unknown,
        (_, _, CollectFailure.None) => CollectorHealth.Ok,
        _ => CollectorHealth.Failing,
    };
}

/// <summary>A document that a collector keeps beside its samples.</summary>
public sealed record CollectedDocument(Target Target, string Name, DateTimeOffset At, object Content);

/// <summary>The states of all targets, for pages, health and the API. Thread-safe.</summary>
public interface ICollectorStates
{
    /// <summary>In the order of the catalogue.</summary>
    IReadOnlyList<CollectorState> Current { get; }

    CollectorState? Find(string targetId);

    /// <summary>The last document of every target of the system that keeps any.</summary>
    IReadOnlyList<CollectedDocument> DocumentsOf(string systemId);

    /// <summary>Calls back after states changed, at once and then at most every 250 ms, until disposed. The callback must be quick.</summary>
    IDisposable Subscribe(Action changed);
}
