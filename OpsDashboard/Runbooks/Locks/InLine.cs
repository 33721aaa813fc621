namespace OpsDashboard.Runbooks.Locks;

/// <summary>Who said at its turn that it is to start.</summary>
public sealed record TurnAnswer(string ById, string ByName, DateTimeOffset At);

/// <summary>That a run met what another works on: it stands in line, first come first, and is asked for once more when its turn comes, because meanwhile the other did something. Immutable.</summary>
/// <param name="Since">It stands in line since then.</param>
public sealed record InLine(DateTimeOffset Since)
{
    /// <summary>How long its turn is kept for it.</summary>
    public static readonly TimeSpan TurnHolds = TimeSpan.FromMinutes(5);

    /// <summary>Since when it holds its locks; null: not yet.</summary>
    public DateTimeOffset? TurnAt { get; init; }

    /// <summary>Null: nobody said so yet.</summary>
    public TurnAnswer? Answer { get; init; }

    public DateTimeOffset? Deadline => TurnAt + TurnHolds;
}

/// <summary>That a lock was taken from a run before its end. Immutable.</summary>
public sealed record BrokenLock(string Resource, string ById, string ByName, DateTimeOffset At, string Reason);
