namespace OpsDashboard.Alerts;

public enum RuleHealth { Unknown, Ok, Failing }

/// <summary>Whether the machinery of a rule works; not whether its condition holds.</summary>
/// <param name="MissedTicks">Evaluations that came too late and were not replayed.</param>
public sealed record RuleStatus(string SystemId, AlertRule Rule, RuleHealth Health, string? LastError, DateTimeOffset? EvaluatedAt, TimeSpan Duration, long MissedTicks);

/// <summary>The alerts of all systems. Thread-safe.</summary>
public interface IAlerts
{
    /// <summary>Pending, firing and lately resolved alerts, firing first.</summary>
    IReadOnlyList<Alert> Current { get; }

    IReadOnlyList<RuleStatus> Rules { get; }

    /// <summary>Calls back when an alert changed its state, until disposed.</summary>
    IDisposable Subscribe(Action changed);
}
