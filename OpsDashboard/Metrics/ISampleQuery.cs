using System.Text.RegularExpressions;

namespace OpsDashboard.Metrics;

public enum MatchKind { Equal, NotEqual, Regex, NotRegex }

/// <summary>One condition of a selector. Regular expressions are anchored at both ends, as in PromQL; an absent label matches as the empty string.</summary>
/// <exception cref="RegexParseException">The pattern is not a regular expression.</exception>
public sealed class LabelMatcher(string name, MatchKind kind, string value) : IEquatable<LabelMatcher>
{
    readonly LabelPattern? pattern = kind is MatchKind.Regex or MatchKind.NotRegex ? new(value) : null;

    public string Name { get; } = name;
    public MatchKind Kind { get; } = kind;
    public string Value { get; } = value;

    public static LabelMatcher Equal(string name, string value) => new(name, MatchKind.Equal, value);

    /// <summary>The condition that the metric has this name.</summary>
    public static LabelMatcher Metric(string metric) => Equal(Labels.NameLabel, metric);

    public bool Matches(string? candidate) => Kind switch
    {
        MatchKind.Equal => (candidate ?? "") == Value,
        MatchKind.NotEqual => (candidate ?? "") != Value,
        MatchKind.Regex => pattern!.Matches(candidate ?? ""),
        _ => !pattern!.Matches(candidate ?? ""),
    };

    public bool Matches(Labels labels) => Matches(labels[Name]);

    public bool Equals(LabelMatcher? other) => other is not null && (Name, Kind, Value) == (other.Name, other.Kind, other.Value);

    public override bool Equals(object? other) => Equals(other as LabelMatcher);

    public override int GetHashCode() => HashCode.Combine(Name, Kind, Value);

    public override string ToString() => $"{Name}{Kind switch { MatchKind.Equal => "=", MatchKind.NotEqual => "!=", MatchKind.Regex => "=~", _ => "!~" }}\"{Value}\"";
}

/// <summary>The samples of one series in a span, ascending in time; stale markers are kept.</summary>
public sealed record SelectedSeries(Labels Labels, long[] Times, double[] Values);

/// <param name="Series">In no particular order.</param>
/// <param name="Warnings">What the reader must know, e.g. that a coarser tier answered.</param>
/// <param name="Coarse">The parts of the span that a coarser tier answered, ascending; null where raw samples answered all.</param>
public sealed record Selection(IReadOnlyList<SelectedSeries> Series, IReadOnlyList<string> Warnings, IReadOnlyList<CoarseSpan>? Coarse = null);

/// <summary>In [From, To) there is one sample each Step, all in milliseconds.</summary>
public readonly record struct CoarseSpan(long From, long To, long Step);

/// <summary>How a span is read.</summary>
/// <param name="Step">Milliseconds between the points that the caller wants; 0 asks for raw samples. With a step, a tier may answer.</param>
/// <param name="RawOnly">Rules and back-tests never read a tier.</param>
/// <param name="MaxSamples">More than this many raises <see cref="QueryLimitException"/>.</param>
/// <param name="LatestOnly">Of each series only the last sample of the span is wanted; a store may give more.</param>
public sealed record SelectOptions(long Step = 0, bool RawOnly = false, int MaxSamples = 50_000_000, bool LatestOnly = false)
{
    public static readonly SelectOptions Raw = new(RawOnly: true);
}

/// <summary>The way out for samples. Thread-safe. Completes synchronously when the head alone can answer.</summary>
public interface ISampleQuery
{
    /// <summary>The series that satisfy all matchers, with their samples in [from, to], both in milliseconds and inclusive.</summary>
    ValueTask<Selection> SelectAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, SelectOptions options, CancellationToken stop);

    /// <summary>The identities that satisfy all matchers and have a sample in the span.</summary>
    ValueTask<IReadOnlyList<Labels>> SeriesAsync(IReadOnlyList<LabelMatcher> matchers, long from, long to, CancellationToken stop);

    /// <summary>What expositions said of the metrics, by name.</summary>
    IReadOnlyDictionary<string, MetricMetadata> Metadata { get; }

    /// <summary>
    /// Calls the observer after every batch that touched a series satisfying the matchers, until disposed. Series that appear later are included.
    /// The observer runs on the appender's thread: it must be quick and must not block or throw.
    /// </summary>
    IDisposable Follow(IReadOnlyList<LabelMatcher> matchers, Action observer);
}

/// <summary>A query asked for more than it may; the message says which limit and how to ask for less.</summary>
/// <param name="isTimeout">The limit is the time that a query may take.</param>
public sealed class QueryLimitException(string message, bool isTimeout = false) : Exception(message)
{
    public bool IsTimeout { get; } = isTimeout;
}
