using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>Evaluates an alerting rule: asks its expression, fills texts, moves the states, writes <c>ALERTS</c>.</summary>
sealed class AlertRuleRun : RuleRun
{
    /// <summary>After a start the sources have not been read yet: that nothing is there does not end what fired before.</summary>
    static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);

    readonly AlertRule rule;
    readonly AlertTexts texts;
    readonly AlertSeries series;
    readonly RuleState state;
    HashSet<ulong> restored = [];
    DateTimeOffset? settledAt;

    public AlertRuleRun(AlertRule rule, string systemId, RuleSetting setting) : base(rule, systemId, setting)
    {
        this.rule = rule;
        texts = new(rule, systemId, setting.Templates);
        series = new(Written);
        state = new(rule);
    }

    /// <summary>Pending and firing.</summary>
    public IReadOnlyCollection<Alert> Open => state.Open;

    /// <summary>It fires with the sample.</summary>
    public bool IsImmediate => rule.For == TimeSpan.Zero;

    /// <summary>Goes on with alerts of before a restart or of an earlier wording of the rule.</summary>
    public void Restore(IEnumerable<Alert> alerts, ILookup<ulong, DateTimeOffset> fired)
    {
        var open = alerts.Where(alert => alert.IsOpen).ToArray();
        state.Restore(open, open.SelectMany(alert => fired[alert.Fingerprint], (alert, at) => (alert.Fingerprint, At: at)).Distinct().ToLookup(pair => pair.Fingerprint, pair => pair.At));
        restored = [.. open.Where(alert => alert.State == AlertState.Firing).Select(alert => alert.Fingerprint)];
    }

    /// <summary>Counts time that the stamps do not show, because the wall clock was set back, as time that the condition held.</summary>
    public void Age(TimeSpan by) => state.Age(by);

    public override IReadOnlyList<AlertChange> End(DateTimeOffset at)
    {
        base.End(at);
        return state.End(at);
    }

    protected override async ValueTask<IReadOnlyList<AlertChange>> RunAsync(EvaluationInstant instant, CancellationToken stop)
    {
        var answer = await AskAsync(Query, instant.AsOf, stop);
        if (answer.Count == 0 && state.Open.Count == 0)
            return [];
        var holdings = new List<Holding>(answer.Count);
        foreach (var element in answer)
            holdings.Add(await texts.FillAsync(element, null, expression => AnswerAsync(expression, instant.AsOf, stop)));
        texts.Trim(answer.Count);
        RejectTwins(holdings);
        if (instant.Limit > 0 && holdings.Count > instant.Limit)
            throw new RuleFailure($"exceeded limit of {instant.Limit} with {holdings.Count} alerts");
        var changes = Inhibited(state.Apply(Settled(holdings, instant.At), instant.At), instant.At);
        foreach (var alert in state.Open)
            series.Add(alert, instant.AsOf);
        series.Trim(state.Open.Count);
        return changes;
    }

    // More alerts than allowed: none of them is believed, as in Prometheus.
    protected override IReadOnlyList<AlertChange> OnFailure(Exception failure, DateTimeOffset at) =>
        failure is RuleFailure && failure.Message.StartsWith("exceeded limit", StringComparison.Ordinal) ? state.End(at) : [];

    List<Holding> Settled(List<Holding> holdings, DateTimeOffset at)
    {
        if (restored.Count == 0)
            return holdings;
        settledAt ??= at + Settle;
        restored.ExceptWith(holdings.Select(holding => holding.Fingerprint));
        if (at >= settledAt)
            restored.Clear();
        holdings.AddRange(state.Open.Where(alert => restored.Contains(alert.Fingerprint)).Select(alert => new Holding(alert.Labels, alert.Fingerprint, alert.Value, alert.Annotations)));
        return holdings;
    }

    IReadOnlyList<AlertChange> Inhibited(IReadOnlyList<AlertChange> changes, DateTimeOffset at)
    {
        if (Setting.Inhibit is not { } inhibit || state.Open.Count == 0)
            return changes;
        var all = new List<AlertChange>(changes);
        foreach (var alert in state.Open.ToArray())
        {
            if (inhibit(alert) is var by && by == alert.InhibitedBy)
                continue;
            var now = state.Inhibit(alert, by);
            var change = all.FindIndex(change => change.Now.Id == alert.Id);
            if (change >= 0)
                all[change] = all[change] with { Now = now };
            else
                all.Add(new(now.State, now, at));
        }
        return all;
    }

    async ValueTask<QueryResult> AnswerAsync(string expression, long at, CancellationToken stop) =>
        await Setting.PromQl.Parse(expression).InstantAsync(at, SelectOptions.Raw, stop);

    static void RejectTwins(List<Holding> holdings)
    {
        if (holdings.Count < 2)
            return;
        var seen = new HashSet<ulong>(holdings.Count);
        foreach (var holding in holdings)
        {
            if (!seen.Add(holding.Fingerprint))
                throw new RuleFailure("vector contains metrics with the same labelset after applying alert labels");
        }
    }
}
