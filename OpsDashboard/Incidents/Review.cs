namespace OpsDashboard.Incidents;

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

    /// <summary>Null: it is still being written.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
    public string? FinishedByName { get; init; }

    public bool IsFinished => FinishedAt is not null;
}
