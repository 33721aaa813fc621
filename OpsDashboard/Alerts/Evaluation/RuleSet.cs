using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>The groups of all systems as the catalogue has them.</summary>
static class RuleSet
{
    public static IEnumerable<(string SystemId, RuleGroup Group)> Of(CatalogueSnapshot catalogue) =>
        catalogue.Systems.SelectMany(OfSystem).Prepend(("", BuiltInRules.Own));

    static IEnumerable<(string SystemId, RuleGroup Group)> OfSystem(MonitoredSystem system)
    {
        var extras = system.Document<RuleOpsDocument>() ?? RuleOpsDocument.Empty;
        foreach (var group in system.Document<RuleDocument>()?.Groups ?? [])
            yield return (system.Id, group with { Rules = [.. group.Rules.Select(rule => rule is AlertRule alert ? alert with { Extras = extras.Of(system.Id, rule) } : rule)] });
        yield return (system.Id, BuiltInRules.Sources(system.Id));
    }

    /// <summary>Equal for groups that are evaluated alike; that their lines moved does not matter.</summary>
    public static string Key(RuleGroup group) => string.Join('\n', [group.Name, $"{group.Every.Ticks} {group.Limit} {group.QueryOffset.Ticks}", .. group.Rules.Select(Key)]);

    /// <summary>Equal for rules that are evaluated alike.</summary>
    public static string Key(GroupRule rule)
    {
        var labels = rule.Labels.Select(pair => $"{pair.Key}={pair.Value}");
        return rule is AlertRule alert
            ? string.Join('\u001f', ["alert", rule.Id, rule.Expression, $"{alert.For.Ticks} {alert.KeepFiringFor.Ticks}", alert.Extras.Key, .. labels, "", .. alert.Annotations.Select(pair => $"{pair.Key}={pair.Value}")])
            : string.Join('\u001f', ["record", rule.Id, rule.Expression, .. labels]);
    }
}
