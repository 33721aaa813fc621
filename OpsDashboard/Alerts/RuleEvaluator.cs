using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts;

/// <summary>
/// One rule with its parsed expression, its alerts and its own health. An expression that cannot be evaluated makes the rule Failing;
/// its alerts stay as they are, because nothing was learnt. Not thread-safe.
/// </summary>
sealed class RuleEvaluator(AlertRule rule, string systemId, IPromQl promQl, TimeProvider clock)
{
    IPromQlQuery? query;

    public RuleState State { get; } = new(rule);

    public RuleStatus Status { get; private set; } = new(systemId, rule, RuleHealth.Unknown, null, null, TimeSpan.Zero, 0);

    /// <summary>What must be followed so that a rule without a hold time fires with the sample.</summary>
    public IEnumerable<IReadOnlyList<LabelMatcher>> Selectors => Parse()?.Selectors ?? [];

    /// <summary>What changed.</summary>
    public async ValueTask<IReadOnlyList<AlertChange>> EvaluateAsync(DateTimeOffset at, CancellationToken stop)
    {
        var begin = clock.GetTimestamp();
        try
        {
            if (Parse() is not { } parsed)
                return [];
            var answer = await parsed.InstantAsync(at.ToUnixTimeMilliseconds(), SelectOptions.Raw, stop);
            var changes = State.Apply([.. answer.Series.Select(Holding)], at);
            Status = Status with { Health = RuleHealth.Ok, LastError = null, EvaluatedAt = at, Duration = clock.GetElapsedTime(begin) };
            return changes;
        }
        catch (Exception error) when (error is PromQlException or QueryLimitException)
        {
            Status = Status with { Health = RuleHealth.Failing, LastError = error.Message, EvaluatedAt = at, Duration = clock.GetElapsedTime(begin) };
            return [];
        }
    }

    public void Missed(long ticks) => Status = Status with { MissedTicks = Status.MissedTicks + ticks };

    Holding Holding(QuerySeries series)
    {
        var value = series.Samples[^1].Value;
        var labels = series.Labels.Where(label => label.Name != Labels.NameLabel && !rule.Labels.ContainsKey(label.Name))
            .Concat(rule.Labels.Select(label => new Label(label.Key, AlertText.Expand(label.Value, series.Labels, value))))
            .Append(new Label("alertname", rule.Name));
        // An aggregation may have dropped the system; the rule stands in one system's folder, so it speaks for that system.
        var identity = Labels.From(series.Labels["system"] is null && !rule.Labels.ContainsKey("system") ? labels.Append(new("system", systemId)) : labels);
        return new(identity, identity.Fingerprint, value, rule.Annotations.ToDictionary(pair => pair.Key, pair => AlertText.Expand(pair.Value, identity, value)));
    }

    IPromQlQuery? Parse()
    {
        try
        {
            return query ??= promQl.Parse(rule.Expression);
        }
        catch (PromQlException error)
        {
            Status = Status with { Health = RuleHealth.Failing, LastError = error.Message };
            return null;
        }
    }

    /// <summary>The rules of the catalogue, each keeping the evaluator that it had where it did not change.</summary>
    public static List<RuleEvaluator> Take(CatalogueSnapshot catalogue, IReadOnlyList<RuleEvaluator> before, IPromQl promQl, TimeProvider clock)
    {
        var known = before.ToLookup(evaluator => (evaluator.Status.SystemId, Key(evaluator.Status.Rule)));
        return
        [
            .. from system in catalogue.Systems
               from rule in system.Document<RuleDocument>()?.Groups.SelectMany(@group => @group.Rules).OfType<AlertRule>() ?? []
               select known[(system.Id, Key(rule))].FirstOrDefault() ?? new RuleEvaluator(rule, system.Id, promQl, clock),
        ];
    }

    // A rule is the same while its words are; that its line moved does not end its alerts.
    static string Key(AlertRule rule) =>
        string.Join('\n', [rule.Id, rule.Expression, $"{rule.For.Ticks}", .. rule.Labels.Concat(rule.Annotations).Select(pair => $"{pair.Key}={pair.Value}")]);
}
