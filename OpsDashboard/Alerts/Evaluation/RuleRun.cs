using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Evaluation;

/// <summary>One rule with its parsed expression, what it wrote, and its own health. Not thread-safe but for <see cref="Status"/>.</summary>
abstract class RuleRun(GroupRule rule, string systemId, RuleSetting setting)
{
    volatile RuleStatus status = new(systemId, rule, RuleHealth.Unknown, null, null, TimeSpan.Zero, 0);
    IPromQlQuery? query;

    public GroupRule Rule { get; } = rule;

    public string SystemId { get; } = systemId;

    public RuleStatus Status => status;

    protected RuleSetting Setting { get; } = setting;

    protected WrittenSeries Written { get; } = new(setting.Appender);

    /// <summary>What is asked: the rule's expression, unless the rule judges the values itself.</summary>
    protected virtual string Asked => Rule.Expression;

    /// <summary>What must be followed so that a rule without a hold time fires with the sample.</summary>
    public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors
    {
        get
        {
            try
            {
                return Query.Selectors;
            }
            catch (RuleFailure)
            {
                return [];
            }
        }
    }

    protected IPromQlQuery Query => query ??= Parse(Asked);

    /// <summary>Evaluates as of an instant. A failure becomes the rule's health, never an exception.</summary>
    public async ValueTask<IReadOnlyList<AlertChange>> EvaluateAsync(EvaluationInstant instant, CancellationToken stop)
    {
        var begin = Setting.Clock.GetTimestamp();
        try
        {
            var changes = await RunAsync(instant, stop);
            Written.Commit(instant.AsOf);
            Report(RuleHealth.Ok, null, instant.At, begin);
            return changes;
        }
        catch (Exception failed) when (failed is RuleFailure or PromQlException or QueryLimitException)
        {
            Written.Discard();
            Report(RuleHealth.Failing, failed.Message, instant.At, begin);
            return OnFailure(failed, instant.At);
        }
        catch (Exception unexpected) when (unexpected is not OperationCanceledException)
        {
            // The database or the store behind a query: the rule says so, the other rules go on.
            Written.Discard();
            Report(RuleHealth.Failing, $"The samples could not be read: {unexpected.Message}", instant.At, begin);
            return [];
        }
    }

    /// <summary>Ends what the rule wrote: it is gone or switched off.</summary>
    public virtual IReadOnlyList<AlertChange> End(DateTimeOffset at)
    {
        Written.Commit(at.ToUnixTimeMilliseconds());
        return [];
    }

    public void Missed(long ticks) => status = status with { MissedTicks = status.MissedTicks + ticks };

    protected abstract ValueTask<IReadOnlyList<AlertChange>> RunAsync(EvaluationInstant instant, CancellationToken stop);

    protected virtual IReadOnlyList<AlertChange> OnFailure(Exception failure, DateTimeOffset at) => [];

    /// <exception cref="RuleFailure">The text is no expression.</exception>
    protected IPromQlQuery Parse(string expression)
    {
        try
        {
            return Setting.PromQl.Parse(expression);
        }
        catch (PromQlException wrong)
        {
            throw new RuleFailure(wrong.Message);
        }
    }

    protected static async ValueTask<IReadOnlyList<QuerySeries>> AskAsync(IPromQlQuery query, long at, CancellationToken stop)
    {
        var answer = await query.InstantAsync(at, SelectOptions.Raw, stop);
        return answer.Kind is QueryResultKind.Vector or QueryResultKind.Scalar ? answer.Series : throw new RuleFailure("rule result is not a vector or scalar");
    }

    void Report(RuleHealth health, string? error, DateTimeOffset at, long begin) =>
        status = status with { Health = health, LastError = error, EvaluatedAt = at, Duration = Setting.Clock.GetElapsedTime(begin) };
}
