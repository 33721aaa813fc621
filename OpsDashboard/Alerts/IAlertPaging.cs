using OpsDashboard.Audit;

namespace OpsDashboard.Alerts;

/// <summary>Who was woken for an alert and who comes next, for its page.</summary>
/// <param name="NextAt">When somebody is paged next by itself; null: nothing comes by time.</param>
/// <param name="NextName">Who that is, as far as it is known now; null with <paramref name="NextAt"/>.</param>
/// <param name="Note">What happened last, or why nothing comes, in a clause; empty: nothing to say.</param>
/// <param name="Count">How many alerts are paged together.</param>
/// <param name="CanPassOn">Whether the actor may have the next level paged now.</param>
/// <param name="Pages">The latest last.</param>
public sealed record AlertPaging(string Policy, bool IsOpen, int Level, string? AcknowledgedBy, DateTimeOffset? ForgottenAt, DateTimeOffset? NextAt, string? NextName, string Note, int Count, bool CanPassOn, IReadOnlyList<PagedPerson> Pages)
{
    /// <summary>Says of which state a form is: one that was pressed twice counts once.</summary>
    public required string Revision { get; init; }
}

/// <param name="Phone">To call them; null where none is known.</param>
/// <param name="State">delivered, on its way, not reached, withdrawn.</param>
public sealed record PagedPerson(DateTimeOffset At, int Level, string Name, string? Phone, string State, string Detail, bool IsReached, bool IsFailed);

/// <summary>Who was woken for an alert. Filled by a feature above; thread-safe.</summary>
public interface IAlertPaging
{
    /// <summary>Null: nobody is woken for it.</summary>
    Task<AlertPaging?> OfAsync(Actor actor, Alert alert, CancellationToken stop);

    /// <summary>Calls back when the answer may be another, until disposed.</summary>
    IDisposable Subscribe(Action changed);
}
