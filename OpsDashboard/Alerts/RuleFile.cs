using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts;

/// <summary>Reads a <c>rules.yml</c>: a Prometheus rule file of alerting rules.</summary>
public sealed class RuleFile(IExpressionSyntax? syntax = null) : ICatalogueDocument
{
    static readonly string[] Severities = ["critical", "warning", "info"];

    public string FileName => "rules.yml";

    public Type DocumentType => typeof(RuleDocument);

    public object Read(YamlMap root, MonitoredSystem system)
    {
        var groups = new Dictionary<string, RuleGroup>();
        foreach (var entry in root.Maps("groups"))
        {
            var name = entry.Required("name");
            var group = new RuleGroup(name, entry.Duration("interval"), Numbered($"{system.Id}/{name}", ReadRules(entry)));
            entry.RejectUnknownKeys();
            if (group.Name.Length > 0 && !groups.TryAdd(group.Name, group))
                entry.Report("name", $"The group `{group.Name}` stands here twice.", "Give one of them another name.");
        }
        return new RuleDocument([.. groups.Values]);
    }

    static List<GroupRule> Numbered(string prefix, IEnumerable<GroupRule> rules)
    {
        var count = new Dictionary<string, int>();
        return [.. rules.Select(rule => rule with { Id = (count[rule.Name] = count.GetValueOrDefault(rule.Name) + 1) is > 1 and var number ? $"{prefix}/{rule.Name}#{number}" : $"{prefix}/{rule.Name}" })];
    }

    List<AlertRule> ReadRules(YamlMap group)
    {
        var rules = new List<AlertRule>();
        var seen = new HashSet<(string, string, string)>();
        foreach (var entry in group.Maps("rules"))
        {
            if (entry.Has("record"))
            {
                entry.Report("record", "Recording rules are not evaluated here.", "Put the expression into the alerts, KPIs and panels that need it.");
                continue;
            }
            var rule = ReadRule(entry);
            entry.RejectUnknownKeys();
            if (rule is null)
                continue;
            if (!seen.Add((rule.Name, rule.Expression, string.Join(',', rule.Labels.OrderBy(label => label.Key, StringComparer.Ordinal)))))
                entry.Report("alert", $"The rule `{rule.Name}` stands here twice with the same expression and labels.", "Remove one of them.");
            rules.Add(rule);
        }
        return rules;
    }

    AlertRule? ReadRule(YamlMap entry)
    {
        var name = entry.Required("alert");
        var expression = entry.Expression("expr", syntax);
        var hold = entry.Duration("for") ?? TimeSpan.Zero;
        var labels = ReadLabels(entry);
        var annotations = entry.TextMap("annotations");
        if (!annotations.ContainsKey("summary"))
            entry.Warn("annotations", $"The rule `{name}` has no summary.", "Add `annotations: { summary: … }`: the sentence that a person reads first.");
        return name.Length > 0 && expression.Length > 0 ? new(name, expression, hold, labels, annotations, entry.File, entry.Line) : null;
    }

    static IReadOnlyDictionary<string, string> ReadLabels(YamlMap rule)
    {
        var labels = rule.TextMap("labels");
        if (rule.Map("labels") is not { } map)
            return labels;
        foreach (var name in map.Keys)
        {
            if (!YamlMap.IsLabelName(name))
                map.Report(name, $"`{name}` is not a label name.", "Use letters, digits and underscores, not beginning with a digit.");
        }
        if (labels.TryGetValue("severity", out var severity) && !Severities.Contains(severity))
            map.Report("severity", $"`severity: {severity}` is not known.", $"Use one of {string.Join(", ", Severities)}.");
        return labels;
    }
}
