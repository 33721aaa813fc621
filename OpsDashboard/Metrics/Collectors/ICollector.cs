using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors;

/// <summary>
/// Source of samples for one target. One instance a target, never run concurrently with itself; it may keep state between runs
/// (connections, the series of the last scrape) and is disposed with the target.
/// </summary>
public interface ICollector : IAsyncDisposable
{
    /// <summary>
    /// Collects once. Expected failures (refused, timed out, malformed) are an outcome with a reason, not an exception.
    /// The host adds <c>up</c>, <c>collector_duration_seconds</c> and <c>collector_samples</c> and ends what was not reported with stale markers.
    /// </summary>
    ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop);
}

/// <summary>Makes collectors for one kind of target: one file and one registration (<c>services.AddCollector&lt;T&gt;()</c>) a kind.</summary>
public interface ICollectorKind : ITargetKind
{
    ICollector Create(Target target);
}

/// <summary>Why a collection failed: a closed list, used as a label.</summary>
public enum CollectFailure { None, Refused, TimedOut, NameNotResolved, TlsFailed, BadStatus, Malformed, TooLarge, TooManySeries, AssertionFailed, AuthenticationFailed, NotReady, Missed, Other }

/// <param name="Failure">None when everything expected was read.</param>
/// <param name="Reason">One sentence for a person, without secrets. On success what could not be kept, or null.</param>
/// <param name="Samples">How many samples were appended.</param>
public sealed record CollectOutcome(CollectFailure Failure, string? Reason, int Samples)
{
    public static CollectOutcome Ok(int samples) => new(CollectFailure.None, null, samples);

    public static CollectOutcome Failed(CollectFailure failure, string reason, int samples = 0) => new(failure, reason, samples);
}

/// <summary>What a run may use.</summary>
public abstract class CollectContext
{
    public abstract Target Target { get; }

    /// <summary>The aligned tick of this run, in milliseconds since 1970 UTC: the stamp of samples without one of their own.</summary>
    public abstract long At { get; }

    public abstract TimeProvider Clock { get; }

    /// <summary>Adds a sample with the target's labels; what clashes with them becomes <c>exported_*</c>. Visible when the run ends.</summary>
    public abstract void Add(string metric, double value, params ReadOnlySpan<(string Name, string Value)> labels);

    /// <summary>Says what a metric is; kept for the metrics browser.</summary>
    public abstract void Describe(string metric, MetricKind kind, string help);

    /// <summary>Adds samples that the collector resolved itself: the fast way of a scrape.</summary>
    public abstract void AddResolved(ReadOnlySpan<PendingSample> samples);

    public abstract ISampleAppender Appender { get; }

    /// <summary>A document that the run read and that a page shows (a component tree, room statistics), by name; replaces the last one.</summary>
    public abstract void KeepDocument(string name, object document);
}
