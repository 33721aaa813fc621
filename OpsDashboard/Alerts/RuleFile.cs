using System.Text.RegularExpressions;
using OpsDashboard.Alerts.Templates;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts;

/// <summary>Reads a <c>rules.yml</c>: a Prometheus rule file, with everything that Prometheus' rulefmt checks.</summary>
public sealed partial class RuleFile(IExpressionSyntax? syntax = null) : ICatalogueDocument
{
    static readonly string[] Severities = ["critical", "warning", "info"];

    public string FileName => "rules.yml";

    public Type DocumentType => typeof(RuleDocument);

    public object Read(YamlMap root, MonitoredSystem system) => new RuleDocument(ReadGroups(root, system.Id));

    /// <summary>The groups of a rule file.</summary>
    /// <param name="systemId">Begins the ids of its rules.</param>
    public IReadOnlyList<RuleGroup> ReadGroups(YamlMap root, string systemId)
    {
        var groups = new Dictionary<string, RuleGroup>();
        foreach (var entry in root.Maps("groups"))
        {
            var group = ReadGroup(entry, systemId);
            entry.RejectUnknownKeys();
            if (group.Name.Length > 0 && !groups.TryAdd(group.Name, group))
                entry.Report("name", $"The group `{group.Name}` stands here twice.", "Give one of them another name.");
        }
        return [.. groups.Values];
    }

    RuleGroup ReadGroup(YamlMap entry, string systemId)
    {
        var name = entry.Required("name");
        var interval = entry.Duration("interval");
        if (interval < TimeSpan.FromMilliseconds(100))
            entry.Report("interval", $"An interval of {PrometheusDuration.Format(interval.Value)} is too short.", "Use 100ms or more.");
        var limit = entry.Integer("limit") ?? 0;
        if (limit < 0)
            entry.Report("limit", $"`limit: {limit}` is no number of alerts.", "Use 0 for no limit.");
        var common = ReadLabels(entry);
        return new(name, interval >= TimeSpan.FromMilliseconds(100) ? interval : null, Numbered($"{systemId}/{name}", ReadRules(entry, common)))
        {
            Limit = Math.Max(0, limit),
            QueryOffset = entry.Duration("query_offset") ?? TimeSpan.Zero,
        };
    }

    static List<GroupRule> Numbered(string prefix, IEnumerable<GroupRule> rules)
    {
        var count = new Dictionary<string, int>();
        return [.. rules.Select(rule => rule with { Id = (count[rule.Name] = count.GetValueOrDefault(rule.Name) + 1) is > 1 and var number ? $"{prefix}/{rule.Name}#{number}" : $"{prefix}/{rule.Name}" })];
    }

    List<GroupRule> ReadRules(YamlMap group, IReadOnlyDictionary<string, string> common)
    {
        var rules = new List<GroupRule>();
        var seen = new HashSet<(string, string, string)>();
        foreach (var entry in group.Maps("rules"))
        {
            GroupRule? rule = entry.Has("record") ? ReadRecording(entry, common) : ReadAlert(entry, common);
            entry.RejectUnknownKeys();
            if (rule is null)
                continue;
            if (!seen.Add((rule.Name, rule.Expression, string.Join(',', rule.Labels.OrderBy(label => label.Key, StringComparer.Ordinal)))))
                entry.Report(rule is AlertRule ? "alert" : "record", $"The rule `{rule.Name}` stands here twice with the same expression and labels.", "Remove one of them.");
            rules.Add(rule);
        }
        return rules;
    }

    AlertRule? ReadAlert(YamlMap entry, IReadOnlyDictionary<string, string> common)
    {
        var name = entry.Required("alert");
        var expression = entry.Expression("expr", syntax);
        var hold = entry.Duration("for") ?? TimeSpan.Zero;
        var keep = entry.Duration("keep_firing_for") ?? TimeSpan.Zero;
        var labels = With(common, ReadLabels(entry));
        var annotations = ReadAnnotations(entry);
        if (!annotations.ContainsKey("summary"))
            entry.Warn("annotations", $"The rule `{name}` has no summary.", "Add `annotations: { summary: … }`: the sentence that a person reads first.");
        return name.Length > 0 && expression.Length > 0 ? new(name, expression, hold, labels, annotations, entry.File, entry.Line) { KeepFiringFor = keep } : null;
    }

    RecordingRule? ReadRecording(YamlMap entry, IReadOnlyDictionary<string, string> common)
    {
        var name = entry.Required("record");
        if (name.Length > 0 && !MetricName().IsMatch(name))
            entry.Report("record", $"`{name}` is not a metric name.", "Use letters, digits, underscores and colons, e.g. job:requests:rate5m.");
        if (entry.Has("alert"))
            entry.Report("alert", "A rule either records or alerts.", "Make two rules of it.");
        var expression = entry.Expression("expr", syntax);
        var labels = With(common, ReadLabels(entry));
        return name.Length > 0 && expression.Length > 0 ? new(name, expression, labels, entry.File, entry.Line) : null;
    }

    static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> common, IReadOnlyDictionary<string, string> own)
    {
        if (common.Count == 0)
            return own;
        var all = common.ToDictionary();
        foreach (var (name, value) in own)
            all[name] = value;
        return all;
    }

    static IReadOnlyDictionary<string, string> ReadAnnotations(YamlMap rule)
    {
        var annotations = rule.TextMap("annotations");
        foreach (var (name, text) in annotations)
            CheckTemplate(rule.Map("annotations")!, name, text);
        return annotations;
    }

    static IReadOnlyDictionary<string, string> ReadLabels(YamlMap rule)
    {
        var labels = rule.TextMap("labels");
        if (rule.Map("labels") is not { } map)
            return labels;
        foreach (var (name, text) in labels)
        {
            if (!YamlMap.IsLabelName(name) || name == Metrics.Labels.NameLabel)
                map.Report(name, $"`{name}` is not a label name.", "Use letters, digits and underscores, not beginning with a digit.");
            CheckTemplate(map, name, text);
        }
        if (labels.TryGetValue("severity", out var severity) && !severity.Contains("{{") && !Severities.Contains(severity))
            map.Warn("severity", $"`severity: {severity}` is not known.", $"Use one of {string.Join(", ", Severities)}: only these count for health.");
        return labels;
    }

    static void CheckTemplate(YamlMap map, string key, string text)
    {
        try
        {
            if (text.Contains("{{", StringComparison.Ordinal))
                Template.Parse(text);
        }
        catch (TemplateException wrong)
        {
            map.Report(key, $"`{key}` is not a template: {wrong.Message}.", "See Prometheus' template reference; what is to stand as it is goes into {{ \"…\" }}.");
        }
    }

    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex MetricName();
}
