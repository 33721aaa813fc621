using OpsDashboard.Access;

namespace OpsDashboard.Alerts.Handling;

/// <param name="For">After this long it ends by itself; null: it lasts as long as the alert.</param>
/// <param name="TakesOver">Also takes what somebody else has in hand; otherwise that stays with them.</param>
public sealed record AcknowledgementInput(string? Note = null, TimeSpan? For = null, bool TakesOver = false)
{
    public static readonly TimeSpan ShortestTimer = TimeSpan.FromMinutes(1), LongestTimer = TimeSpan.FromDays(7);

    /// <exception cref="InvalidInputException" />
    public void Validate()
    {
        var problems = new List<FieldProblem>();
        if (Note?.Length > Acknowledgement.MaxNote)
            problems.Add(new("note", $"has at most {Acknowledgement.MaxNote} characters."));
        if (For is { } timer && (timer < ShortestTimer || timer > LongestTimer))
            problems.Add(new("for", "is between 60 seconds and 7 days."));
        InvalidInputException.ThrowIfAny(problems);
    }
}

/// <param name="Changed">What the actor has in hand now.</param>
/// <param name="Held">What stays with somebody else.</param>
/// <param name="Over">Alerts that are resolved already.</param>
public sealed record AcknowledgementOutcome(IReadOnlyList<Acknowledgement> Changed, IReadOnlyList<Acknowledgement> Held, IReadOnlyList<Guid> Over);
