namespace OpsDashboard.Runbooks.Approvals;

/// <summary>What another person said afterwards to a start without approval.</summary>
public sealed record GlassReview(string ById, string ByName, DateTimeOffset At, string Sentence);

/// <summary>That a run was started without the approval that it needs, by a commander alone. Immutable.</summary>
/// <param name="ReviewDueAt">By when another person looks at it.</param>
public sealed record BreakGlass(string Reason, DateTimeOffset At, DateTimeOffset ReviewDueAt)
{
    public static readonly TimeSpan ReviewWithin = TimeSpan.FromHours(24);

    /// <summary>When approvers and the security contact were told; null: not yet.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>The receivers to which it is on its way.</summary>
    public IReadOnlyList<string> Told { get; init; } = [];

    /// <summary>Null: nobody looked at it yet.</summary>
    public GlassReview? Review { get; init; }
}
