using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Templates;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Alerts;

/// <summary>A rule as it is shipped, with its extras, over samples that a test scripts second by second.</summary>
sealed class GuideWorld
{
    static readonly PromQlSyntax Syntax = new();

    static readonly IReadOnlyList<(string SystemId, RuleGroup Group)> Shipped = Read();

    readonly FakeTimeProvider clock = new();
    readonly ScratchSamples samples = new();
    readonly Dictionary<Labels, double> totals = [];
    readonly GroupRun run;

    public GuideWorld(string ruleId)
    {
        var (systemId, group) = Shipped.Single(each => each.Group.Rules.Any(rule => rule.Id == ruleId));
        SystemId = systemId;
        Rule = group.Rules.OfType<AlertRule>().Single(rule => rule.Id == ruleId);
        run = new(systemId, group with { Rules = [Rule] }, new(new PromQlEngine(samples, clock), samples, TemplateSetting.None, clock));
    }

    /// <summary>Every alert of the five systems' rule files.</summary>
    public static IEnumerable<AlertRule> Alerts => Shipped.Where(each => each.SystemId.Length > 0).SelectMany(each => each.Group.Rules).OfType<AlertRule>().Where(rule => rule.Line > 0);

    public string SystemId { get; }

    public AlertRule Rule { get; }

    public int Second { get; private set; }

    /// <summary>What the rule's alerts did: at which second they became what.</summary>
    public List<(int Second, AlertState State, Alert Alert)> Changes { get; } = [];

    public IReadOnlyList<Alert> Open => [.. run.AlertRules.SelectMany(rule => rule.Open)];

    public string? LastError => run.Status.Rules[0].LastError;

    public void Gauge(string metric, double value, params (string, string)[] labels) => samples.Add(Of(metric, labels), At(Second), value);

    /// <summary>A counter that grows by so much this second.</summary>
    public void Count(string metric, double by, params (string, string)[] labels)
    {
        var series = Of(metric, labels);
        totals[series] = totals.GetValueOrDefault(series) + by;
        samples.Add(series, At(Second), totals[series]);
    }

    /// <summary>A histogram in which so many observations fell into the bucket up to a bound this second.</summary>
    public void Observe(string metric, IReadOnlyList<(string Bound, double By)> buckets, params (string, string)[] labels)
    {
        var below = 0.0;
        foreach (var (bound, by) in buckets)
            Count($"{metric}_bucket", below += by, [.. labels, ("le", bound)]);
    }

    /// <summary>Lets seconds pass, each with what the test feeds, and evaluates the rule at each.</summary>
    public async Task PlayAsync(int seconds, Action<GuideWorld> feed, int step = 1)
    {
        for (var end = Second + seconds; Second < end; Second += step)
        {
            feed(this);
            foreach (var change in await run.EvaluateAsync(DateTimeOffset.FromUnixTimeMilliseconds(At(Second)), null, clock, default))
                Changes.Add((Second, change.Now.State, change.Now));
        }
    }

    long At(int second) => FakeTimeProvider.DefaultStart.AddSeconds(second).ToUnixTimeMilliseconds();

    Labels Of(string metric, (string, string)[] labels) => Labels.Of(metric, [("system", SystemId), ("component", "api"), .. labels]);

    static IReadOnlyList<(string, RuleGroup)> Read()
    {
        var files = CatalogueFiles.Read(CatalogueOptions.ShippedPath).Texts.Where(file => !file.Key.EndsWith("/targets.yml", StringComparison.Ordinal)).ToDictionary();
        var reading = new CatalogueReader([], [new RuleFile(Syntax), new RuleOpsFile(Syntax)], Syntax).Read(new(files, []), "simulator", new Dictionary<string, string>());
        return [.. RuleSet.Of(new(1, "", "simulator", reading.Systems, []))];
    }
}
