namespace OpsDashboard.Runbooks.Automation;

/// <summary>What is thought of each alert with a policy now; in memory, for pages. Thread-safe.</summary>
public sealed class AutomationBoard
{
    volatile IReadOnlyDictionary<Guid, AutomationVerdict> verdicts = new Dictionary<Guid, AutomationVerdict>();

    public AutomationVerdict? Of(Guid alertId) => verdicts.GetValueOrDefault(alertId);

    internal void Show(IReadOnlyDictionary<Guid, AutomationVerdict> now) => verdicts = now;
}
