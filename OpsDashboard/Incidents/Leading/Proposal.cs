namespace OpsDashboard.Incidents.Leading;

public enum ProposalKind { Update, Role, Decision, Run, Resolve, Runbook, PhaseStep }

/// <summary>Something that the commander could do next.</summary>
/// <param name="Key">Under which it can be put off.</param>
/// <param name="Title">A verb first.</param>
/// <param name="Why">Why this, and why now; a sentence without its end.</param>
/// <param name="Url">Where it is done, relative.</param>
/// <param name="DueAt">Since when it is late, or will be; null: it has no time.</param>
public sealed record Proposal(string Key, ProposalKind Kind, string Title, string Why, string Url, DateTimeOffset? DueAt = null)
{
    public IncidentRole? Role { get; init; }
    public (string Phase, string Step)? Step { get; init; }

    public bool IsOverdue(DateTimeOffset now) => DueAt <= now;
}
