using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts;

public enum AlertState { Pending, Firing, Resolved }

/// <summary>One instance of a rule: one a label set. Immutable; a transition makes a new one.</summary>
/// <param name="Labels">The series' labels and the rule's, without the metric's name: the alert's identity together with the rule.</param>
/// <param name="Value">The value at the last evaluation that found the condition true.</param>
/// <param name="ValueAtTrigger">The value when the condition became true.</param>
/// <param name="Summary">The rule's summary with its placeholders filled: one sentence.</param>
public sealed record Alert(AlertRule Rule, Labels Labels, AlertState State, double Value, double ValueAtTrigger, string Summary,
    DateTimeOffset ActiveAt, DateTimeOffset? FiredAt = null, DateTimeOffset? ResolvedAt = null)
{
    public string Name => Rule.Name;

    public string Severity => Labels["severity"] ?? Rule.Severity;

    public string? SystemId => Labels["system"];

    public string? ComponentId => Labels["component"];

    /// <summary>Since when the state holds.</summary>
    public DateTimeOffset Since => ResolvedAt ?? FiredAt ?? ActiveAt;
}
