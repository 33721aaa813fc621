using OpsDashboard.Alerts;

namespace OpsDashboard.Runbooks.Proof;

/// <summary>What must pass for a run to be effective: the alert's condition as it was when the alert fired, for its label set. Immutable.</summary>
/// <param name="Labels">The alert's.</param>
/// <param name="Guard">The rule's traffic guard: green counts only while its answer has an element; null: no guard.</param>
/// <param name="Within">How long it may take after the last step.</param>
public sealed record Goal(Guid AlertId, string AlertName, string Summary, string Expression, IReadOnlyDictionary<string, string> Labels, TimeSpan For, string? Guard, TimeSpan Within)
{
    static readonly TimeSpan Least = TimeSpan.FromSeconds(60);

    /// <summary>How long the condition has to be false without a break.</summary>
    public TimeSpan Hold => For > Least ? For : Least;

    public static Goal Of(Alert alert, string? guard, TimeSpan within) =>
        new(alert.Id, alert.Name, alert.Summary, alert.Expression, alert.Labels.ToDictionary(label => label.Name, label => label.Value), alert.For, guard, within);
}

/// <summary>What one look at the goal's condition found.</summary>
public enum GoalSight
{
    /// <summary>False, with fresh samples and traffic.</summary>
    Green,

    /// <summary>True.</summary>
    Red,

    /// <summary>There are no fresh samples, no traffic, or nothing could be asked.</summary>
    Blind,
}
