namespace OpsDashboard.Incidents;

/// <summary>How bad it is; the worst first. Chooses the RTO class, the pace of updates and the roles that have to be filled.</summary>
public enum IncidentSeverity { Critical, High, Medium, Low }

public enum IncidentStatus { Investigating, Mitigating, Resolved }

public enum IncidentRole
{
    /// <summary>Leads: decides, and is alone with the command buttons unless a commander of the system steps in.</summary>
    Commander,

    /// <summary>Tells others.</summary>
    Communications,

    /// <summary>Writes down.</summary>
    Scribe,

    /// <summary>Mends. Any number of people.</summary>
    Responder,
}

/// <param name="PersonId">Id of the account.</param>
public sealed record RoleHolder(IncidentRole Role, string PersonId, string Name, DateTimeOffset Since);

/// <summary>Somebody is asked to take a role; it counts when he accepts.</summary>
/// <param name="FromName">Who asks.</param>
public sealed record RoleOffer(IncidentRole Role, string ToId, string ToName, string FromName, DateTimeOffset At);

/// <summary>An alert that belongs to the incident.</summary>
/// <param name="BeganAt">When its condition became true.</param>
public sealed record LinkedAlert(Guid Id, string SystemId, string? ComponentId, string Name, string Severity, string Summary, DateTimeOffset BeganAt)
{
    public DateTimeOffset? ResolvedAt { get; init; }

    public bool IsCritical => Severity == "critical";
}

/// <summary>One system's time to recover: from the first failed sample until service is restored.</summary>
/// <param name="BeganAt">Start of the impact.</param>
/// <param name="RestoredAt">Null while something still fails.</param>
public sealed record ImpactClock(string SystemId, DateTimeOffset BeganAt, DateTimeOffset? RestoredAt = null)
{
    /// <summary>Somebody set the end; alerts no longer move it.</summary>
    public bool IsEndSet { get; init; }

    public TimeSpan Took(DateTimeOffset now) => (RestoredAt ?? now) - BeganAt;
}

/// <param name="Runbook">Name of a runbook of the system that does it, or null.</param>
public sealed record PhaseStep(string Text, string? Runbook = null)
{
    public string? DoneByName { get; init; }
    public DateTimeOffset? DoneAt { get; init; }

    public bool IsDone => DoneAt is not null;
}

public sealed record Phase(string Name, IReadOnlyList<PhaseStep> Steps)
{
    public bool IsDone => Steps.All(step => step.IsDone);
}

/// <summary>Something that somebody has to do. A task of a review (<paramref name="IsAction"/>) outlives the incident.</summary>
public sealed record IncidentTask(Guid Id, string Text, string? OwnerId, string? OwnerName, DateTimeOffset CreatedAt)
{
    public DateTimeOffset? DueAt { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>Of the review: prevents the next one.</summary>
    public bool IsAction { get; init; }
}

/// <summary>What was proposed and put off.</summary>
/// <param name="Key">Of the proposal.</param>
public sealed record Declined(string Key, DateTimeOffset At);

/// <summary>How it ended, in the words of whoever resolved it.</summary>
/// <param name="By">Who resolved it.</param>
/// <param name="Cause">Empty: not known yet.</param>
public sealed record Resolution(DateTimeOffset At, string By, string Note, string Cause);

/// <summary>The transition does not fit the incident's state; the message is fit for a person. Endpoints answer 409.</summary>
public sealed class IncidentStateException(string message) : Exception(message), Http.IRefusal
{
    public string Code => "state";
}
