using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts;

/// <summary>
/// Reads a <c>rules.ops.yml</c>. Prometheus refuses unknown keys in its own file, so that what it does not know stands here:
/// <code>
/// rules:
///   api-alerts/ErrorRate:
///     recovery: 0.03                        # fires above the rule's line, ends below this one
///     levels: { critical: 0.2 }             # the same alert, more severe
///     matches: { atLeast: 3, of: 5 }        # evaluations
///     noData: keep                          # resolve, keep, fire
///     guard: sum by (system) (rate(http_requests_total[5m])) > 1
///     runbooks: [restart-api]
///     off: why it is not evaluated
/// </code>
/// </summary>
public sealed class RuleOpsFile(IExpressionSyntax? syntax = null) : ICatalogueDocument
{
    const int MostEvaluations = 60;

    public string FileName => "rules.ops.yml";

    public Type DocumentType => typeof(RuleOpsDocument);

    public object Read(YamlMap root, MonitoredSystem system)
    {
        var rules = new Dictionary<string, (RuleExtras, string, int)>();
        foreach (var name in root.Map("rules")?.Keys ?? [])
        {
            var map = root.Map("rules")!;
            if (map.Map(name) is not { } entry)
                continue;
            rules[name] = (Read(entry), entry.File, map.LineOf(name));
            entry.RejectUnknownKeys();
        }
        return new RuleOpsDocument(rules);
    }

    public void Check(MonitoredSystem system, ICollection<CatalogueProblem> problems)
    {
        var rules = (system.Document<RuleDocument>()?.Groups ?? []).SelectMany(group => group.Rules).ToDictionary(rule => rule.Id[(system.Id.Length + 1)..]);
        foreach (var (name, (extras, file, line)) in system.Document<RuleOpsDocument>()?.Rules ?? RuleOpsDocument.Empty.Rules)
        {
            if (!rules.TryGetValue(name, out var rule))
                problems.Add(new(file, line, $"There is no rule `{name}` in rules.yml.", "Write `group/alert` as they stand there."));
            else if (rule is not AlertRule alert)
                problems.Add(new(file, line, $"`{name}` is a recording rule.", "Extras are for alerts."));
            else if (Reject(alert, extras) is { } reason)
                problems.Add(new(file, line, $"`{name}`: {reason}", "Compare with the expression in rules.yml."));
        }
    }

    RuleExtras Read(YamlMap entry)
    {
        var guard = entry.Expression("guard", syntax, isRequired: false);
        return new()
        {
            Off = entry.Text("off"),
            Recovery = entry.Number("recovery"),
            Matches = ReadMatches(entry),
            NoData = entry.Choice<NoDataPolicy>("noData") ?? NoDataPolicy.Resolve,
            Levels = ReadLevels(entry),
            Guard = guard.Length > 0 ? guard : null,
            Runbooks = entry.Texts("runbooks"),
        };
    }

    static RepeatedCondition? ReadMatches(YamlMap entry)
    {
        if (entry.Map("matches") is not { } map)
            return null;
        var matches = new RepeatedCondition(map.Integer("atLeast") ?? 0, map.Integer("of") ?? 0);
        map.RejectUnknownKeys();
        if (matches.AtLeast >= 1 && matches.Of >= matches.AtLeast && matches.Of <= MostEvaluations)
            return matches;
        entry.Report("matches", $"{matches.AtLeast} of {matches.Of} evaluations cannot be counted.", $"Write for example `matches: {{ atLeast: 3, of: 5 }}`, of at most {MostEvaluations}.");
        return null;
    }

    static List<AlertLevel> ReadLevels(YamlMap entry)
    {
        var levels = new List<AlertLevel>();
        if (entry.Map("levels") is not { } map)
            return levels;
        foreach (var severity in map.Keys)
        {
            if (map.Number(severity) is { } threshold)
                levels.Add(new(severity, threshold));
        }
        return levels;
    }

    static string? Reject(AlertRule rule, RuleExtras extras)
    {
        if (!extras.JudgesValues)
            return null;
        if (ThresholdForm.Of(rule.Expression) is not { } form)
            return "recovery, levels and noData need an expression that ends in a comparison with a number.";
        if (extras.Recovery is { } recovery && !form.IsLaxer(recovery, form.Threshold))
            return $"a value that recovers at {PromText.Number(recovery)} would fire again at once: the rule's line is {form.Operator} {PromText.Number(form.Threshold)}.";
        if (extras.Levels.FirstOrDefault(level => level.Severity == rule.Severity) is { } twice)
            return $"the level {twice.Severity} stands in rules.yml already.";
        return null;
    }
}
