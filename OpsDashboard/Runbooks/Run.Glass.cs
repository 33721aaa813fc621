using OpsDashboard.Runbooks.Approvals;

namespace OpsDashboard.Runbooks;

/// <summary>A start without the approval that it needs.</summary>
public sealed partial record Run
{
    /// <summary>Null: it was not started so.</summary>
    public BreakGlass? BreakGlass { get; init; }

    /// <summary>It was started without approval, and nobody has looked at that yet.</summary>
    public bool IsUnreviewed => BreakGlass is { Review: null };

    /// <summary>Approvers and the security contact were told.</summary>
    public Run GlassTold(IReadOnlyList<string> receivers, DateTimeOffset at) =>
        BreakGlass is { ToldAt: null } glass ? this with { BreakGlass = glass with { ToldAt = at, Told = receivers } } : this;

    /// <exception cref="RunStateException">There is nothing to review, or whoever reviews started it.</exception>
    public Run Reviewed(GlassReview review)
    {
        if (BreakGlass is not { } glass)
            throw new RunStateException($"{Name} was not started without approval.");
        if (glass.Review is { } before)
            throw new RunStateException($"{before.ByName} has reviewed it already.");
        if (IsOwn(review.ById))
            throw new RunStateException("Who started it does not review it.");
        return this with { BreakGlass = glass with { Review = review } };
    }
}
