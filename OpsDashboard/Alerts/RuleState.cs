using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts;

/// <summary>
/// The alerts of one rule: inactive → pending (for) → firing → resolved, as Prometheus' rules/alerting.go.
/// Reads no clock: evaluated as of an instant. Not thread-safe; owned by one evaluator.
/// </summary>
public sealed class RuleState(AlertRule rule, string systemId)
{
    /// <summary>How long a resolved alert stays listed (Prometheus' resolvedRetention).</summary>
    public static readonly TimeSpan ResolvedRetention = TimeSpan.FromMinutes(15);

    readonly Dictionary<Labels, Alert> alerts = [];

    public AlertRule Rule { get; } = rule;

    public string SystemId { get; } = systemId;

    public IReadOnlyCollection<Alert> Alerts => alerts.Values;

    /// <summary>Takes the answer of the rule's expression as of an instant; true when an alert changed its state.</summary>
    public bool Evaluate(QueryResult answer, DateTimeOffset at)
    {
        var changed = false;
        var seen = new HashSet<Labels>();
        foreach (var series in answer.Series)
        {
            var labels = Identity(series.Labels);
            seen.Add(labels);
            changed |= Hold(labels, series.Samples[^1].Value, at);
        }
        foreach (var labels in alerts.Keys.Where(labels => !seen.Contains(labels)).ToArray())
            changed |= Release(labels, at);
        return changed;
    }

    bool Hold(Labels labels, double value, DateTimeOffset at)
    {
        var known = alerts.GetValueOrDefault(labels);
        var next = known is null or { State: AlertState.Resolved }
            ? new Alert(Rule, labels, AlertState.Pending, value, value, "", at)
            : known with { Value = value };
        if (next.State == AlertState.Pending && at - next.ActiveAt >= Rule.For)
            next = next with { State = AlertState.Firing, FiredAt = at };
        alerts[labels] = next with { Summary = AlertText.Expand(Rule.Annotations.GetValueOrDefault("summary", Rule.Name), labels, value) };
        return known is null || known.State != next.State;
    }

    bool Release(Labels labels, DateTimeOffset at)
    {
        var known = alerts[labels];
        switch (known.State)
        {
            case AlertState.Firing:
                alerts[labels] = known with { State = AlertState.Resolved, ResolvedAt = at };
                return true;
            case AlertState.Resolved when at - known.ResolvedAt < ResolvedRetention:
                return false;
            default:
                alerts.Remove(labels);
                return true;
        }
    }

    Labels Identity(Labels series)
    {
        var labels = series.Where(label => label.Name != Labels.NameLabel && !Rule.Labels.ContainsKey(label.Name))
            .Concat(Rule.Labels.Select(label => new Label(label.Key, label.Value)))
            .Append(new Label("alertname", Rule.Name));
        // An aggregation may have dropped the system; the rule stands in one system's folder, so it speaks for that system.
        return Labels.From(series["system"] is null && !Rule.Labels.ContainsKey("system") ? labels.Append(new("system", SystemId)) : labels);
    }
}
