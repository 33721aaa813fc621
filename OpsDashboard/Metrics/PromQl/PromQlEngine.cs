using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>The language over a source of samples. Thread-safe; remembers parsed expressions, because live tiles ask the same ones every second.</summary>
sealed class PromQlEngine(ISampleQuery samples, TimeProvider clock, EvaluationLimits? limits = null, QueryQueue? queue = null) : IPromQl
{
    const int LongestExpression = 100_000;

    readonly ExpressionMemory memory = new(clock);
    readonly EvaluationLimits limits = limits ?? EvaluationLimits.Default;
    readonly TimeProvider clock = clock;

    public IPromQlQuery Parse(string expression) => new PromQlQuery(Parsed(expression), samples, limits, clock);

    public IPromQl For(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadMetrics))
            actor.Demand(Permission.ReadMetrics);
        var seesAll = actor.May(Permission.ReadMetrics);
        // The program's own evaluations do not stand in line with those of users.
        var line = actor.Kind == ActorKind.Program ? null : queue;
        return seesAll && line is null ? this : new Scoped(this, seesAll ? samples : new GrantedSamples(samples, actor), line, actor.Id);
    }

    ParsedExpression Parsed(string expression) => expression.Length <= LongestExpression
        ? memory.Parsed(expression)
        : throw new PromQlException($"the expression is longer than {LongestExpression} characters", LongestExpression);

    sealed class Scoped(PromQlEngine engine, ISampleQuery granted, QueryQueue? line, string actorId) : IPromQl
    {
        public IPromQlQuery Parse(string expression)
        {
            var query = new PromQlQuery(engine.Parsed(expression), granted, engine.limits, engine.clock);
            return line is null ? query : new QueuedQuery(query, line, actorId);
        }

        public IPromQl For(Actor actor) => engine.For(actor);
    }
}
