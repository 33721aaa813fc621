namespace OpsDashboard.Incidents;

/// <summary>The blanks of a review; empty: nobody wrote it yet.</summary>
public sealed record ReviewText(string Summary = "", string Cause = "", string WentWell = "", string WentBadly = "", string Luck = "");

/// <summary>What people judge after an incident; what can be computed is not in it (<see cref="Leading.IncidentFacts"/>).</summary>
public sealed record Review
{
    public string? OwnerId { get; init; }
    public string? OwnerName { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public string Summary { get; init; } = "";
    public string Cause { get; init; } = "";
    public string WentWell { get; init; } = "";
    public string WentBadly { get; init; } = "";
    public string Luck { get; init; } = "";

    /// <summary>Rises whenever the review is changed; what others do with the incident does not move it.</summary>
    public int Version { get; init; }

    /// <summary>Null: it is still being written.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
    public string? FinishedByName { get; init; }

    public bool IsFinished => FinishedAt is not null;

    public bool IsOverdue(DateTimeOffset now) => !IsFinished && DueAt < now;

    public ReviewText Text => new(Summary, Cause, WentWell, WentBadly, Luck);

    public Review With(ReviewText text) => this with { Summary = text.Summary, Cause = text.Cause, WentWell = text.WentWell, WentBadly = text.WentBadly, Luck = text.Luck };
}
