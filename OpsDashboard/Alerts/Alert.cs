using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts;

/// <summary>Resolved is what fired and no longer does; what was pending and never fired is forgotten.</summary>
public enum AlertState { Inactive, Pending, Firing, Resolved }

/// <summary>Who says so.</summary>
public enum AlertOrigin
{
    /// <summary>A rule that is evaluated here.</summary>
    Rule,

    /// <summary>Another Prometheus sent it.</summary>
    External,
}

/// <summary>
/// One episode of a condition for one label set: from pending over firing to resolved. When the condition comes back after it was resolved,
/// that is a new alert with a new id and the same <see cref="Fingerprint"/>. Immutable; a transition makes a new one with the same id.
/// </summary>
public sealed record Alert
{
    /// <summary>UUIDv7, rises with time; the handle in addresses, acknowledgements and notifications.</summary>
    public required Guid Id { get; init; }

    /// <summary>The rule's <see cref="AlertRule.Id"/> (<c>system/group/name</c>); empty for what another Prometheus sent.</summary>
    public required string RuleId { get; init; }
    public required string Name { get; init; }

    /// <summary>The series' labels and the rule's, <c>alertname</c> and <c>severity</c> among them, without the metric's name.</summary>
    public required Labels Labels
    {
        get;
        init
        {
            field = value;
            // Every list asks for these of every alert: looked up at each reading they were a quarter of all processor time in a storm.
            (Severity, SystemId, ComponentId) = (value["severity"] ?? AlertRule.DefaultSeverity, value["system"], value["component"]);
        }
    }

    /// <summary>Identity of the condition across episodes: a hash of the labels; without <c>severity</c> where one alert has several levels.</summary>
    public required ulong Fingerprint { get; init; }

    /// <summary>Texts for people, placeholders filled as of the last evaluation: summary, description, what the rule's author wrote.</summary>
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }
    public required AlertState State { get; init; }

    /// <summary>The value at the last evaluation that found the condition true; NaN where there is none.</summary>
    public required double Value { get; init; }

    /// <summary>The value when the condition became true.</summary>
    public required double ValueAtTrigger { get; init; }

    /// <summary>When the condition became true.</summary>
    public required DateTimeOffset ActiveAt { get; init; }
    public DateTimeOffset? FiredAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Since when it only fires because of <c>keep_firing_for</c>.</summary>
    public DateTimeOffset? KeepFiringSince { get; init; }

    /// <summary>The condition as it was, so that an alert can be understood after its rule changed.</summary>
    public string Expression { get; init; } = "";

    /// <summary>How long the condition has to hold.</summary>
    public TimeSpan For { get; init; }
    public AlertOrigin Origin { get; init; }

    /// <summary>Where the condition can be looked at; relative for own rules, absolute for what another Prometheus sent.</summary>
    public string GeneratorUrl { get; init; } = "";

    /// <summary>The alert of the source or component whose failure explains this one; nobody is told of this one meanwhile.</summary>
    public Guid? InhibitedBy { get; init; }

    /// <summary>Firings of the same fingerprint, each counting half after ten minutes: from <see cref="FlapScore.Flapping"/> on it flaps.</summary>
    public double FlapScore { get; init; }

    public string Severity { get; private init; } = AlertRule.DefaultSeverity;

    public string? SystemId { get; private init; }

    public string? ComponentId { get; private init; }

    /// <summary>One sentence that a tired person understands.</summary>
    public string Summary => Annotations.GetValueOrDefault("summary") is { Length: > 0 } summary ? summary : Name;

    /// <summary>Since when the state holds.</summary>
    public DateTimeOffset Since => ResolvedAt ?? FiredAt ?? ActiveAt;

    public bool IsOpen => State is AlertState.Pending or AlertState.Firing;

    public bool IsFlapping => FlapScore >= Alerts.FlapScore.Flapping;
}
