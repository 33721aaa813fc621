using OpsDashboard.Access;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Templates;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Trials;

/// <summary>One alert that the rule would have made.</summary>
/// <param name="FiredAt">Null: it never got beyond pending.</param>
/// <param name="ResolvedAt">Null: it held to the end of the span.</param>
/// <param name="Summary">As of its last value.</param>
public sealed record PastAlert(Metrics.Labels Labels, string Severity, DateTimeOffset ActiveAt, DateTimeOffset? FiredAt, DateTimeOffset? ResolvedAt, double ValueAtTrigger, string Summary);

/// <param name="Alerts">In the order in which they began.</param>
/// <param name="Step">Between evaluations: the asked one, or longer where the span has too many.</param>
/// <param name="Error">Why an evaluation failed, or null.</param>
public sealed record BackTestAnswer(IReadOnlyList<PastAlert> Alerts, long Evaluations, TimeSpan Step, string? Error)
{
    /// <summary>Where the span ends, at which what still fires is cut off.</summary>
    public DateTimeOffset To { get; init; }

    public IEnumerable<PastAlert> Fired => Alerts.Where(alert => alert.FiredAt is not null);

    public int Firings => Fired.Count();

    /// <summary>How long its alerts fired, all together.</summary>
    public TimeSpan Firing => Fired.Aggregate(TimeSpan.Zero, (sum, alert) => sum + ((alert.ResolvedAt ?? To) - alert.FiredAt!.Value));
}

/// <summary>
/// When a rule would have fired, on stored raw samples, by the evaluator that evaluates it from then on. Thread-safe.
/// What happened between two steps is not seen, as it is not seen between two evaluations.
/// </summary>
public sealed class BackTest(IPromQl promQl, TimeProvider clock)
{
    /// <summary>A week at 15 s.</summary>
    public const int MostEvaluations = 41_000;

    /// <summary>Alerts beyond this are counted as failures: a rule that makes more cannot be judged by reading them.</summary>
    public const int MostAlerts = 1_000;

    /// <exception cref="AccessDeniedException">The actor may read no metrics; of what they may not read nothing is seen.</exception>
    /// <exception cref="InvalidInputException">The span is none.</exception>
    public async Task<BackTestAnswer> RunAsync(Actor actor, string systemId, AlertRule rule, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken stop)
    {
        actor.Demand(Permission.ReadAlerts, systemId);
        if (to <= from || step <= TimeSpan.Zero)
            throw new InvalidInputException("to", "is after from.");
        step = Step(to - from, step);
        var replay = new Replay(promQl.For(actor), from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), (long)step.TotalMilliseconds);
        var run = new AlertRuleRun(rule with { Extras = rule.Extras with { Off = null } }, systemId, new(replay, NoAppender.Instance, TemplateSetting.None, clock));
        var alerts = new Dictionary<Guid, PastAlert>();
        var evaluations = 0L;
        for (var at = from; at <= to; at += step, evaluations++)
        {
            foreach (var change in await run.EvaluateAsync(new(at, at.ToUnixTimeMilliseconds(), MostAlerts), stop))
                alerts[change.Now.Id] = Past(change);
            if (run.Status.LastError is { } error)
                return Answer(error);
            if (alerts.Count > MostAlerts)
                return Answer($"it makes more than {MostAlerts} alerts");
        }
        return Answer(null);

        BackTestAnswer Answer(string? error) => new(Ordered(alerts), evaluations, step, error) { To = to };
    }

    static TimeSpan Step(TimeSpan span, TimeSpan step)
    {
        var shortest = TimeSpan.FromSeconds(Math.Ceiling(span.TotalSeconds / MostEvaluations));
        return step >= shortest ? step : shortest;
    }

    static PastAlert Past(AlertChange change) => new(change.Now.Labels, change.Now.Severity, change.Now.ActiveAt, change.Now.FiredAt,
        change.Now.ResolvedAt ?? (change.Now.State == AlertState.Inactive ? change.At : null), change.Now.ValueAtTrigger, change.Now.Summary);

    static IReadOnlyList<PastAlert> Ordered(Dictionary<Guid, PastAlert> alerts) => [.. alerts.Values.OrderBy(alert => alert.ActiveAt)];
}
