namespace OpsDashboard.Runbooks.Approvals;

/// <summary>What another person said to a run before its first step.</summary>
/// <param name="Reason">In the person's words; may be empty for a yes.</param>
public sealed record ApprovalAnswer(bool IsYes, string ById, string ByName, DateTimeOffset At, string Reason);

/// <summary>That a run waits for another person's yes before its first step, and what was said. Immutable.</summary>
/// <param name="Deadline">Not approved by then is not approved.</param>
/// <param name="Hit">Who is hit, as it was when it was asked; null: there is no figure.</param>
public sealed record Approval(DateTimeOffset AskedAt, DateTimeOffset Deadline, string? Hit)
{
    /// <summary>When those who may approve were told; null: not yet.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>The receivers to which the request is on its way.</summary>
    public IReadOnlyList<string> Told { get; init; } = [];
    public ApprovalAnswer? Answer { get; init; }

    public bool IsGranted => Answer is { IsYes: true };
}
