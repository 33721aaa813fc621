namespace OpsDashboard.OnCall.Policies;

/// <summary>One page that is due: a level of the policy, for the first time or again.</summary>
/// <param name="Leg">Rises whenever escalation begins anew from a level: nothing is paged twice for the same leg, level and repeat.</param>
public sealed record PageSlot(int Leg, int Level, int Repeat, DateTimeOffset At);

/// <summary>
/// How far the escalation of one matter is. Immutable, reads no clock: each change is a method that takes the instant. A leg begins at a level and reckons
/// the later levels from there; a hand-over to the next level, a forgotten acknowledgement and what is new after one begin another leg.
/// </summary>
/// <param name="LegLevel">The level at which this leg began, or from which its clock was set anew.</param>
/// <param name="LegAt">When that level was, or is, due.</param>
/// <param name="Level">The level of the last page of this leg; −1: none was sent.</param>
public sealed record EscalationState(int Leg, int LegLevel, DateTimeOffset LegAt, int Level, int Repeat)
{
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>When the acknowledgement counts as forgotten; null: it does not, or there is none.</summary>
    public DateTimeOffset? ForgottenAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Acknowledgements up to here no longer count.</summary>
    public DateTimeOffset? VoidUntil { get; init; }

    public bool IsOpen => StoppedAt is null;

    /// <summary>The level that has it now.</summary>
    public int CurrentLevel => Level < 0 ? LegLevel : Level;

    public static EscalationState Begin(DateTimeOffset at) => new(0, 0, at, -1, 0);

    /// <summary>The next page, and when; null: nothing comes by itself.</summary>
    public PageSlot? Next(EscalationPolicy policy)
    {
        if (StoppedAt is not null || AcknowledgedAt is not null || policy.Levels.Count == 0)
            return null;
        if (Level < 0)
            return new(Leg, Math.Min(LegLevel, policy.Levels.Count - 1), 0, LegAt);
        var above = Level + 1 < policy.Levels.Count && policy.Levels[Level + 1].After is not null ? DueAt(policy, Level + 1) : null;
        if (Level < policy.Levels.Count && Repeat < policy.Levels[Level].Repeat && DueAt(policy, Level) + (policy.Levels[Level].Every * (Repeat + 1)) is var again && (above is null || again < above))
            return new(Leg, Level, Repeat + 1, again!.Value);
        return above is { } at ? new(Leg, Level + 1, 0, at) : null;
    }

    /// <summary>A page went out. What was due meanwhile as well, because nobody was there to send it, keeps its distance from now: never several at once.</summary>
    public EscalationState Sent(EscalationPolicy policy, PageSlot slot, DateTimeOffset now)
    {
        var sent = this with { Level = slot.Level, Repeat = slot.Repeat };
        return sent.Next(policy) is { } next && next.At <= now
            ? sent with { LegLevel = slot.Level, LegAt = now - (policy.Levels[slot.Level].Every * slot.Repeat) }
            : sent;
    }

    /// <param name="forgottenAt">Null: it counts until it is taken back.</param>
    public EscalationState Acknowledge(DateTimeOffset at, DateTimeOffset? forgottenAt) => IsOpen ? this with { AcknowledgedAt = at, ForgottenAt = forgottenAt } : this;

    /// <summary>Nobody has it any more: its level is paged anew.</summary>
    /// <param name="isVoid">The acknowledgement that was there no longer counts, although it is still written somewhere.</param>
    public EscalationState Reopen(DateTimeOffset at, bool isVoid) => IsOpen ? NewLeg(CurrentLevel, at) with { VoidUntil = isVoid ? at : VoidUntil } : this;

    /// <summary>The level that has it passes it on.</summary>
    /// <returns>Null: there is no further level.</returns>
    public EscalationState? PassOn(EscalationPolicy policy, DateTimeOffset at, bool isVoid = true) =>
        IsOpen && CurrentLevel + 1 < policy.Levels.Count ? NewLeg(CurrentLevel + 1, at) with { VoidUntil = isVoid ? at : VoidUntil } : null;

    public EscalationState Stop(DateTimeOffset at) => IsOpen ? this with { StoppedAt = at, ForgottenAt = null } : this;

    EscalationState NewLeg(int level, DateTimeOffset at) => this with { Leg = Leg + 1, LegLevel = level, LegAt = at, Level = -1, Repeat = 0, AcknowledgedAt = null, ForgottenAt = null };

    DateTimeOffset? DueAt(EscalationPolicy policy, int level)
    {
        var start = policy.Levels[Math.Min(LegLevel, policy.Levels.Count - 1)].After ?? TimeSpan.Zero;
        if (level == LegLevel)
            return LegAt;
        return policy.Levels[level].After is { } after ? LegAt + (after > start ? after - start : TimeSpan.Zero) : null;
    }
}
