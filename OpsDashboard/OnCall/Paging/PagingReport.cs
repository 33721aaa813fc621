using OpsDashboard.OnCall.Policies;
using OpsDashboard.OnCall.Roster;

namespace OpsDashboard.OnCall.Paging;

/// <summary>Who comes next by itself.</summary>
/// <param name="Level">Counted from one.</param>
/// <param name="Names">As far as the schedules know it now; empty: nobody would be on duty.</param>
public sealed record NextPage(DateTimeOffset At, int Level, IReadOnlyList<string> Names);

/// <summary>The escalation of one matter as it stands: who was paged when and what came of it, and who comes next.</summary>
/// <param name="Policy">Null: it was taken out of the catalogue; nothing comes any more.</param>
/// <param name="Pages">The oldest first.</param>
/// <param name="Next">Null: nothing comes by itself.</param>
/// <param name="CanPassOn">Whether there is a further level.</param>
public sealed record PagingReport(PagingCall Call, EscalationPolicy? Policy, IReadOnlyList<SentPage> Pages, NextPage? Next, bool CanPassOn)
{
    public bool IsOpen => Call.StoppedAt is null;

    /// <summary>The level that has it, counted from one.</summary>
    public int Level => Call.State.CurrentLevel + 1;

    internal static PagingReport Of(PagingCall call, IReadOnlyList<SentPage> pages, OnCallBook book)
    {
        var (plan, state) = (book.Plan, call.State);
        var policy = plan.Policies.GetValueOrDefault(call.PolicyId);
        var next = policy is not null && state.Next(policy) is { } slot
            ? new NextPage(slot.At, slot.Level + 1, [.. plan.Resolve(policy.Levels[slot.Level].Targets, book.Overrides, slot.At).Select(person => person.Name)])
            : null;
        return new(call, policy, pages, next, policy is not null && state.IsOpen && state.CurrentLevel + 1 < policy.Levels.Count);
    }
}
