using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Runbooks.Recoveries;

/// <summary>Within which time a failure of a class has to be over.</summary>
/// <param name="Within">The RTO; null: nobody set one for this class.</param>
public sealed record RecoveryObjective(RecoveryClass Class, TimeSpan? Within);

/// <summary>What a run that recovers something is measured by, as it was at its start. Immutable.</summary>
/// <param name="From">When the failure began: the alert's condition, or where there is no alert the start.</param>
/// <param name="IsDrill">It was an exercise.</param>
public sealed record RecoveryAim(RecoveryObjective Objective, DateTimeOffset From, bool IsDrill)
{
    /// <summary>By when it has to be over; null: nobody said.</summary>
    public DateTimeOffset? Deadline => From + Objective.Within;

    public static RecoveryAim? Of(Runbook runbook, Alert? alert, DateTimeOffset startedAt, bool isDrill) => runbook.Recovers is { } objective ? new(objective, alert?.ActiveAt ?? startedAt, isDrill) : null;
}

/// <summary>How a recovery stands against its RTO. What did not recover is never within.</summary>
public enum RecoveryVerdict { Within, Over, NoObjective, NotRecovered }

/// <summary>How long a failure really took, from its beginning to green. Immutable.</summary>
public sealed record Recovery(RecoveryAim Aim, DateTimeOffset Until, bool IsRecovered)
{
    public TimeSpan Took => Until - Aim.From;

    public RecoveryVerdict Verdict => (IsRecovered, Aim.Objective.Within) switch
    {
        (false, _) => RecoveryVerdict.NotRecovered,
        (_, null) => RecoveryVerdict.NoObjective,
        (_, { } within) => Took <= within ? RecoveryVerdict.Within : RecoveryVerdict.Over,
    };
}
