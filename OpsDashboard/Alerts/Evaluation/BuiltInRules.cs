namespace OpsDashboard.Alerts.Evaluation;

/// <summary>Rules that every catalogue has: the watchdog, and for each system whether its components answer and its sources can be read.</summary>
static class BuiltInRules
{
    public const string Watchdog = "Watchdog", ComponentDown = "ComponentDown", SourceDown = "SourceDown", AutomationActed = "AutomationActed";

    /// <summary>One sample of 1 for each runbook that was started without a person.</summary>
    public const string AutomationAction = "automation_action";

    /// <summary>The group that no system owns.</summary>
    public const string OwnGroup = "opsdashboard";

    const string SourceGroup = "sources";
    const string File = "built in";

    /// <summary>Always fires: who gets it knows that rules are evaluated and that notifications arrive.</summary>
    public static RuleGroup Own { get; } = new(OwnGroup, null,
    [
        Rule("", OwnGroup, Watchdog, "vector(1)", TimeSpan.Zero, "none", "Rules are evaluated", "Always fires. When it stops arriving, evaluation or notification is broken."),
    ]);

    public static RuleGroup Sources(string system) => new(SourceGroup, null,
    [
        Rule(system, SourceGroup, ComponentDown, $"max by (system, component) (up{{system=\"{system}\"}}) == 0", TimeSpan.FromSeconds(5), "critical",
            "{{ componentName $labels.system $labels.component }} does not answer: none of its targets could be read", "Explains the alerts of the component and of those that depend on it."),
        Rule(system, SourceGroup, SourceDown, $"up{{system=\"{system}\"}} == 0 unless on (system, component) (max by (system, component) (up{{system=\"{system}\"}}) == 0)", TimeSpan.FromSeconds(10), "warning",
            "{{ $labels.job }} of {{ componentName $labels.system $labels.component }} cannot be read; other targets of it can", "Explains the alerts of the same instance."),
        Rule(system, SourceGroup, AutomationActed, $"{AutomationAction}{{system=\"{system}\"}} > 0", TimeSpan.Zero, "info",
            "{{ $labels.runbook }} was started without a person, for {{ $labels.alert }}", "Tells what automation did; it passes by itself after five minutes."),
    ]);

    /// <summary>Whether the alert is the failure of a component or source, which health knows from the collectors already.</summary>
    public static bool IsFailure(Alert alert) => alert.Name is ComponentDown or SourceDown && alert.RuleId.Length > 0 && alert.SystemId is { } system && alert.RuleId == Id(system, SourceGroup, alert.Name);

    /// <summary>Whether the labels are those of the own watchdog, and not of one that another Prometheus sent.</summary>
    public static bool IsWatchdog(Metrics.Labels labels) => labels["alertname"] == Watchdog && labels["severity"] == "none" && labels["system"] is null;

    static AlertRule Rule(string system, string group, string name, string expression, TimeSpan hold, string severity, string summary, string description) =>
        new(name, expression, hold, new Dictionary<string, string> { ["severity"] = severity }, new Dictionary<string, string> { ["summary"] = summary, ["description"] = description }, File, 0)
        {
            Id = Id(system, group, name),
        };

    static string Id(string system, string group, string name) => $"{system}/{group}/{name}";
}
