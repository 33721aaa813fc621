namespace OpsDashboard.Runbooks.Proof;

/// <summary>How the watching of a goal stands. Immutable.</summary>
/// <param name="GreenSince">Since when it is green without a break; null: it is not.</param>
/// <param name="LastSeen">The latest look that saw anything, green or red; null: none did.</param>
public sealed record GoalWatch(DateTimeOffset Since, DateTimeOffset? GreenSince = null, DateTimeOffset? LastSeen = null)
{
    /// <summary>Longer without a look that saw anything, and what was green before proves nothing any more.</summary>
    static readonly TimeSpan LongestBlink = TimeSpan.FromSeconds(10);

    public GoalWatch Look(GoalSight sight, DateTimeOffset at) => sight switch
    {
        GoalSight.Green => this with { GreenSince = GreenSince is { } since && at - LastSeen <= LongestBlink ? since : at, LastSeen = at },
        GoalSight.Red => this with { GreenSince = null, LastSeen = at },
        _ => at - LastSeen > LongestBlink ? this with { GreenSince = null } : this,
    };

    public TimeSpan Held(DateTimeOffset at) => GreenSince is { } since && LastSeen is { } seen && at - seen <= LongestBlink ? seen - since : TimeSpan.Zero;

    /// <summary>The verdict, or null: look on.</summary>
    public RunEffect? Verdict(Goal goal, DateTimeOffset at)
    {
        if (Held(at) >= goal.Hold)
            return RunEffect.Effective;
        // What began to be green in time may hold to its end.
        var isHolding = Held(at) > TimeSpan.Zero && GreenSince <= Since + goal.Within;
        if (at < Since + goal.Within || isHolding)
            return null;
        return LastSeen is { } seen && at - seen <= LongestBlink ? RunEffect.NotEffective : RunEffect.Unproven;
    }
}
