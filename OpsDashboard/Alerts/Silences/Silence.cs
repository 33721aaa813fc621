using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Silences;

public enum SilenceState { Pending, Active, Expired }

/// <summary>A maintenance window is a silence that was announced.</summary>
public enum SilenceKind { Silence, Maintenance }

/// <summary>While it holds, nobody is told of the alerts that all its matchers match; they stay visible. Immutable.</summary>
public sealed record Silence
{
    public required Guid Id { get; init; }
    public required IReadOnlyList<LabelMatcher> Matchers { get; init; }
    public required DateTimeOffset StartsAt { get; init; }
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Between start and end it holds only in these windows; null: all the time.</summary>
    public WeeklyWindow? Weekly { get; init; }
    public required string Reason { get; init; }
    public SilenceKind Kind { get; init; }

    /// <summary>Id of the actor.</summary>
    public required string CreatorId { get; init; }
    public required string CreatorName { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required int Version { get; init; }

    /// <summary>The one system whose alerts it can match; null where it may match those of several.</summary>
    public string? SystemId => SystemOf(Matchers);

    public static string? SystemOf(IEnumerable<LabelMatcher> matchers) =>
        matchers.FirstOrDefault(matcher => matcher is { Name: "system", Kind: MatchKind.Equal, Value.Length: > 0 })?.Value;

    public SilenceState StateAt(DateTimeOffset at) => at >= EndsAt ? SilenceState.Expired
        : at >= StartsAt && (Weekly is null || Weekly.IsOpen(at)) ? SilenceState.Active
        : SilenceState.Pending;

    public bool Matches(Labels labels) => Matchers.All(matcher => matcher.Matches(labels));

    /// <summary>When it holds next, or holds now; null where it never will again.</summary>
    public (DateTimeOffset From, DateTimeOffset To)? NextAt(DateTimeOffset at)
    {
        if (at >= EndsAt)
            return null;
        if (Weekly is null)
            return (StartsAt, EndsAt);
        var (from, to) = Weekly.After(at > StartsAt ? at : StartsAt).First();
        if (from >= EndsAt)
            return null;
        return (from > StartsAt ? from : StartsAt, to < EndsAt ? to : EndsAt);
    }
}

/// <summary>Published on the <see cref="Live.LiveBus"/> of every replica when a silence came, changed, began or ended.</summary>
public sealed record SilencesChanged;
