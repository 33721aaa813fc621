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
    readonly Judge? judge;
    readonly Repeats? repeats;
    IPromQlQuery? guard;
    HashSet<ulong> restored = [];
    DateTimeOffset? settledAt;

    public AlertRuleRun(AlertRule rule, string systemId, RuleSetting setting) : base(rule, systemId, setting)
    {
        this.rule = rule;
        texts = new(rule, systemId, setting.Templates);
        series = new(Written);
        state = new(rule);
        judge = Judge.Of(rule);
        repeats = rule.Extras.Matches is { } matches ? new(matches) : null;
    }

    protected override string Asked => judge?.Measured ?? rule.Expression;

    /// <summary>Pending and firing.</summary>
    public IReadOnlyCollection<Alert> Open => state.Open;

    /// <summary>It fires with the sample.</summary>
    public bool IsImmediate => rule.For == TimeSpan.Zero && repeats is null;

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
        if (answer.Count == 0 && rule.Extras.NoData == NoDataPolicy.Keep)
            return Kept(instant);
        if (answer.Count == 0 && state.Open.Count == 0 && repeats is null && rule.Extras.NoData == NoDataPolicy.Resolve)
            return [];
        var holdings = await HoldingsAsync(answer, instant.AsOf, stop);
        if (rule.Extras.Guard is not null && holdings.Count > 0)
            holdings = Guarded(holdings, await AskAsync(guard ??= Parse(rule.Extras.Guard), instant.AsOf, stop));
        if (answer.Count == 0 && rule.Extras.NoData == NoDataPolicy.Fire)
            holdings.Add(await NothingAsync());
        if (repeats is not null)
            holdings = repeats.Take(holdings);
        texts.Trim(answer.Count);
        RejectTwins(holdings);
        if (instant.Limit > 0 && holdings.Count > instant.Limit)
            throw new RuleFailure($"exceeded limit of {instant.Limit} with {holdings.Count} alerts");
        var changes = Inhibited(state.Apply(Settled(holdings, instant.At), instant.At), instant.At);
        WriteSeries(instant);
        return changes;
    }

    async ValueTask<List<Holding>> HoldingsAsync(IReadOnlyList<QuerySeries> answer, long at, CancellationToken stop)
    {
        var holdings = new List<Holding>();
        foreach (var element in answer)
        {
            var value = element.Samples[^1].Value;
            if (judge?.MayHold(value) == false)
                continue;
            var holding = await texts.FillAsync(element, judge?.Severity(value), expression => AnswerAsync(expression, at, stop));
            if (judge is null || judge.Crosses(value) || state.Fires(holding.Fingerprint))
                holdings.Add(holding);
        }
        return holdings;
    }

    async ValueTask<Holding> NothingAsync()
    {
        var severity = rule.Extras.Levels.Count > 0 ? rule.Severity : null;
        var holding = await texts.FillAsync(new(Labels.Empty, [new(0, double.NaN)]), severity, _ => throw new PromQlException("there is nothing to ask"));
        return holding with { Annotations = new Dictionary<string, string>(holding.Annotations) { ["summary"] = $"No samples: what {rule.Name} watches is not there" } };
    }

    static List<Holding> Guarded(List<Holding> holdings, IReadOnlyList<QuerySeries> guards) =>
        holdings.FindAll(holding => guards.Any(guard => guard.Labels.All(label => label.Name == Labels.NameLabel || holding.Labels[label.Name] == label.Value)));

    // Nothing was learnt: everything stays, and goes on being said.
    IReadOnlyList<AlertChange> Kept(EvaluationInstant instant)
    {
        WriteSeries(instant);
        return [];
    }

    void WriteSeries(EvaluationInstant instant)
    {
        foreach (var alert in state.Open)
            series.Add(alert, instant.AsOf);
        series.Trim(state.Open.Count);
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
