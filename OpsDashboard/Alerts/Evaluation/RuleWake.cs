using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>
/// Which rules a batch of samples concerns. Rules are indexed by metric and system, so that ten thousand rules over one metric cost the appender
/// one observer and not ten thousand. Thread-safe.
/// </summary>
sealed class RuleWake : IDisposable
{
    readonly List<Key> keys = [];
    readonly List<IDisposable> followed = [];

    public RuleWake(IEnumerable<AlertRuleRun> rules, ISampleQuery samples, Action signal)
    {
        var wanted = from rule in rules
                     where rule.IsImmediate
                     from selector in rule.Selectors
                     select (Rule: rule, Matchers: Coarse(selector));
        foreach (var group in wanted.GroupBy(pair => string.Join(',', pair.Matchers)))
        {
            var key = new Key([.. group.Select(pair => pair.Rule).Distinct()]);
            keys.Add(key);
            followed.Add(samples.Follow(group.First().Matchers, () =>
            {
                key.IsWoken = true;
                signal();
            }));
        }
    }

    /// <summary>The rules whose series got samples since the last call.</summary>
    public IReadOnlyCollection<RuleRun> Take()
    {
        HashSet<RuleRun>? woken = null;
        foreach (var key in keys)
        {
            if (!key.IsWoken)
                continue;
            key.IsWoken = false;
            (woken ??= []).UnionWith(key.Rules);
        }
        return woken ?? (IReadOnlyCollection<RuleRun>)[];
    }

    public void Dispose() => followed.ForEach(subscription => subscription.Dispose());

    // Without a metric's name nothing can be indexed: then the selector itself is followed.
    static IReadOnlyList<LabelMatcher> Coarse(IReadOnlyList<LabelMatcher> selector)
    {
        var exact = selector.Where(matcher => matcher.Kind == MatchKind.Equal && matcher.Name is Labels.NameLabel or "system").OrderBy(matcher => matcher.Name, StringComparer.Ordinal).ToArray();
        return exact.Any(matcher => matcher.Name == Labels.NameLabel) ? exact : selector;
    }

    sealed class Key(IReadOnlyList<AlertRuleRun> rules)
    {
        volatile bool isWoken;

        public IReadOnlyList<AlertRuleRun> Rules { get; } = rules;

        public bool IsWoken { get => isWoken; set => isWoken = value; }
    }
}
