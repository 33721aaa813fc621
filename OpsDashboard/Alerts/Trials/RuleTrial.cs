using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Templates;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Trials;

/// <summary>Rule groups over samples in memory, evaluated step by step from 1970 on by the same evaluator as in the program. Not thread-safe.</summary>
sealed class RuleTrial
{
    readonly IReadOnlyList<GroupRun> groups;
    readonly IPromQl promQl;
    readonly TimeProvider clock;

    public RuleTrial(IEnumerable<RuleGroup> groups, ScratchSamples samples, TemplateSetting templates, TimeProvider clock)
    {
        this.clock = clock;
        promQl = new PromQlEngine(samples, clock);
        this.groups = [.. groups.Select(group => new GroupRun("", group, new(promQl, samples, templates, clock)))];
    }

    /// <summary>Pending and firing alerts as of the last step.</summary>
    public IEnumerable<Alert> Open => groups.SelectMany(group => group.AlertRules).SelectMany(rule => rule.Open);

    /// <summary>Rules whose last evaluation failed.</summary>
    public IEnumerable<RuleStatus> Failing => groups.SelectMany(group => group.Status.Rules).Where(rule => rule.Health == RuleHealth.Failing);

    public async Task StepAsync(long at, CancellationToken stop)
    {
        foreach (var group in groups)
            await group.EvaluateAsync(DateTimeOffset.FromUnixTimeMilliseconds(at), null, clock, stop);
    }

    /// <exception cref="PromQlException">The expression is wrong or could not be evaluated.</exception>
    public async Task<QueryResult> AskAsync(string expression, long at, CancellationToken stop) => await promQl.Parse(expression).InstantAsync(at, SelectOptions.Raw, stop);
}
