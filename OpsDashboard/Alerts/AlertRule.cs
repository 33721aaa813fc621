namespace OpsDashboard.Alerts;

/// <summary>A condition over metrics, as a Prometheus rule file states it.</summary>
public sealed record AlertRule(string Name, string Expression, TimeSpan For, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, string File, int Line)
{
    /// <summary>critical, warning or info; a rule without the label warns.</summary>
    public string Severity => Labels.GetValueOrDefault("severity", "warning");
}

/// <param name="Interval">Null: the default of one second.</param>
public sealed record RuleGroup(string Name, TimeSpan? Interval, IReadOnlyList<AlertRule> Rules);

/// <summary>A system's <c>rules.yml</c>.</summary>
public sealed record RuleDocument(IReadOnlyList<RuleGroup> Groups);
