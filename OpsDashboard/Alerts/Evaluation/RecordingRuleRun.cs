using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>Writes an expression's answer back as series (Prometheus' rules/recording.go).</summary>
sealed class RecordingRuleRun(RecordingRule rule, string systemId, RuleSetting setting) : RuleRun(rule, systemId, setting)
{
    readonly Dictionary<Labels, Labels> names = [];

    protected override async ValueTask<IReadOnlyList<AlertChange>> RunAsync(EvaluationInstant instant, CancellationToken stop)
    {
        var answer = await AskAsync(Query, instant.AsOf, stop);
        if (instant.Limit > 0 && answer.Count > instant.Limit)
            throw new RuleFailure($"exceeded limit of {instant.Limit} with {answer.Count} series");
        if (names.Count > 2 * (answer.Count + 100))
            names.Clear();
        var seen = new HashSet<Labels>(answer.Count);
        foreach (var series in answer)
        {
            if (!names.TryGetValue(series.Labels, out var name))
                names.Add(series.Labels, name = Name(series.Labels));
            if (!seen.Add(name))
                throw new RuleFailure("vector contains metrics with the same labelset after applying rule labels");
            Written.Add(name, instant.AsOf, series.Samples[^1].Value);
        }
        return [];
    }

    Labels Name(Labels series)
    {
        var labels = series.Where(label => label.Name != Labels.NameLabel && !Rule.Labels.ContainsKey(label.Name))
            .Concat(Rule.Labels.Select(label => new Label(label.Key, label.Value)))
            .Append(new(Labels.NameLabel, Rule.Name));
        // As for alerts: an aggregation may have dropped the system for which the file speaks.
        return Labels.From(SystemId.Length == 0 || series["system"] is not null || Rule.Labels.ContainsKey("system") ? labels : labels.Append(new("system", SystemId)));
    }
}
