using OpsDashboard.Alerts.Templates;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>Where rules read and write. The program's own, or a scratch store in tests of rules.</summary>
/// <param name="Inhibit">The alert that explains this one, or null.</param>
sealed record RuleSetting(IPromQl PromQl, ISampleAppender Appender, TemplateSetting Templates, TimeProvider Clock, Func<Alert, Guid?>? Inhibit = null);

/// <summary>One evaluation of a group.</summary>
/// <param name="At">The state of alerts is as of this instant.</param>
/// <param name="AsOf">Milliseconds; what is read and written carries this stamp: earlier by the group's offset.</param>
/// <param name="Limit">Alerts or series that a rule may yield; 0: any number.</param>
readonly record struct EvaluationInstant(DateTimeOffset At, long AsOf, int Limit)
{
    public static EvaluationInstant Of(RuleGroup group, DateTimeOffset at) => new(at, (at - group.QueryOffset).ToUnixTimeMilliseconds(), group.Limit);
}
