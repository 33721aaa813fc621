namespace OpsDashboard.Alerts;

public enum RuleHealth { Unknown, Ok, Failing }

/// <summary>Whether the machinery of a rule works; not whether its condition holds.</summary>
/// <param name="EvaluatedAt">Null: never yet.</param>
/// <param name="Duration">What the last evaluation took.</param>
/// <param name="MissedTicks">Evaluations of its group that came too late and were not replayed.</param>
public sealed record RuleStatus(string SystemId, GroupRule Rule, RuleHealth Health, string? LastError, DateTimeOffset? EvaluatedAt, TimeSpan Duration, long MissedTicks);

/// <summary>A group as it was evaluated last.</summary>
/// <param name="Rules">In the group's order, those that are off among them.</param>
public sealed record RuleGroupStatus(string SystemId, RuleGroup Group, DateTimeOffset? EvaluatedAt, TimeSpan Duration, long MissedTicks, IReadOnlyList<RuleStatus> Rules)
{
    public string File => Rules.Count > 0 ? Rules[0].Rule.File : "";
}

/// <summary>The alerts of all systems, for the program itself; pages and endpoints ask <see cref="AlertQuery"/>. Thread-safe.</summary>
public interface IAlerts
{
    /// <summary>Pending, firing and lately resolved alerts, worst first.</summary>
    IReadOnlyList<Alert> Current { get; }

    IReadOnlyList<RuleGroupStatus> Groups { get; }

    IReadOnlyList<RuleStatus> Rules => [.. Groups.SelectMany(group => group.Rules)];

    /// <summary>Calls back when an alert changed its state, until disposed.</summary>
    IDisposable Subscribe(Action changed);
}
