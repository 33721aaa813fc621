using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Routing;

/// <summary>While an alert fires that the source matchers match, nobody is told of those that the target matchers match and that agree in some labels (alertmanager inhibit/inhibit.go).</summary>
public sealed record InhibitRule(IReadOnlyList<LabelMatcher> Source, IReadOnlyList<LabelMatcher> Target, IReadOnlyList<string> Equal)
{
    public bool IsSource(Labels labels) => Source.All(matcher => matcher.Matches(labels));

    public bool IsTarget(Labels labels) => Target.All(matcher => matcher.Matches(labels));

    /// <summary>The labels that must agree, as one text; a missing label equals an empty one.</summary>
    public string Agreement(Labels labels) => string.Join('\u001f', Equal.Select(name => labels[name] ?? ""));
}

/// <summary>The inhibitions of one moment: which firing alerts explain which others. Made anew for each round; finding is a look-up, not a walk.</summary>
public sealed class Inhibitions
{
    readonly List<(InhibitRule Rule, Dictionary<string, Guid> Any, Dictionary<string, Guid> OneSided)> sources = [];

    public Inhibitions(IEnumerable<InhibitRule> rules, IReadOnlyCollection<Alert> alerts)
    {
        foreach (var rule in rules)
        {
            var (any, oneSided) = (new Dictionary<string, Guid>(), new Dictionary<string, Guid>());
            foreach (var alert in alerts.Where(alert => alert.State == AlertState.Firing && rule.IsSource(alert.Labels)))
            {
                any.TryAdd(rule.Agreement(alert.Labels), alert.Id);
                if (!rule.IsTarget(alert.Labels))
                    oneSided.TryAdd(rule.Agreement(alert.Labels), alert.Id);
            }
            sources.Add((rule, any, oneSided));
        }
    }

    /// <summary>The alert that explains this one, or null. What matches both sides of a rule is not inhibited by its like, nor by itself.</summary>
    public Guid? InhibitorOf(Labels labels)
    {
        foreach (var (rule, any, oneSided) in sources)
        {
            if (rule.IsTarget(labels) && (rule.IsSource(labels) ? oneSided : any).TryGetValue(rule.Agreement(labels), out var found))
                return found;
        }
        return null;
    }
}
