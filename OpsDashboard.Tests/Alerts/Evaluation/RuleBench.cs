using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Templates;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Alerts.Evaluation;

/// <summary>One group of rules over samples in memory, evaluated at given seconds.</summary>
sealed class RuleBench
{
    public static readonly DateTimeOffset Start = FakeTimeProvider.DefaultStart;

    readonly FakeTimeProvider clock = new();
    readonly GroupRun run;

    public RuleBench(RuleGroup group, string systemId = "shop", Func<Alert, Guid?>? inhibit = null)
    {
        Setting = new(new PromQlEngine(Samples, clock), Samples, TemplateSetting.None, clock, inhibit);
        run = new(systemId, group, Setting);
    }

    public RuleBench(params GroupRule[] rules) : this(new RuleGroup("g", null, rules)) { }

    public ScratchSamples Samples { get; } = new();

    public RuleSetting Setting { get; }

    public RuleGroupStatus Status => run.Status;

    public IReadOnlyList<Alert> Open => [.. run.AlertRules.SelectMany(rule => rule.Open)];

    public AlertRuleRun Rule => run.AlertRules.First();

    public static AlertRule Alert(string expression, TimeSpan hold = default, string severity = "critical", string summary = "It is {{ $value }}", string name = "A") =>
        new(name, expression, hold, new Dictionary<string, string> { ["severity"] = severity }, new Dictionary<string, string> { ["summary"] = summary }, "shop/rules.yml", 1) { Id = $"shop/g/{name}" };

    public RuleBench Sample(double second, string metric, double value, params (string, string)[] labels)
    {
        Samples.Add(Labels.Of(metric, labels), Start.AddSeconds(second).ToUnixTimeMilliseconds(), value);
        return this;
    }

    public async Task<IReadOnlyList<AlertChange>> AtAsync(double second) => await run.EvaluateAsync(Start.AddSeconds(second), null, clock, default);

    /// <summary>What a query of the written series gives.</summary>
    public async Task<string> AskAsync(string expression, double second)
    {
        var answer = await Setting.PromQl.Parse(expression).InstantAsync(Start.AddSeconds(second).ToUnixTimeMilliseconds(), SelectOptions.Raw, default);
        return string.Join(" ", answer.Series.Select(series => $"{series.Labels} {PromText.Number(series.Samples[^1].Value)}").Order(StringComparer.Ordinal));
    }
}
