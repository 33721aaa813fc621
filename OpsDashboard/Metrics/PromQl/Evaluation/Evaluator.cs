using OpsDashboard.Metrics.PromQl.Functions;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Evaluation;

/// <summary>
/// One evaluation of one expression: first everything that it reads is fetched, each selector once for the whole span, then the tree is
/// evaluated at each step without waiting. Follows Prometheus 3 (promql/engine.go) for floats. Not thread-safe.
/// </summary>
sealed partial class Evaluator(ParsedExpression expression, ISampleQuery samples, SelectOptions options, EvaluationLimits limits, TimeProvider clock, CancellationToken stop)
{
    /// <summary>How old the sample that stands for now may be.</summary>
    public const long LookBack = 5 * 60_000;

    /// <summary>The step of a sub-query that names none, Prometheus' default evaluation interval.</summary>
    public const long DefaultSubqueryStep = 60_000;

    readonly Track[]?[] tracks = new Track[expression.Readings.Count][];
    readonly ResultNames?[] resultNames = new ResultNames?[expression.Readings.Count];
    readonly Dictionary<Aggregation, GroupPlaces> groupPlaces = new(ReferenceEqualityComparer.Instance);
    readonly HashSet<string> warnings = [];
    readonly long startedAt = clock.GetTimestamp();
    long queryStart;
    long queryEnd;
    int budget = Math.Min(options.MaxSamples, limits.Samples);

    public IReadOnlyList<string> Warnings => warnings.Count == 0 ? [] : [.. warnings];

    /// <summary>Fetches what the expression reads between two instants.</summary>
    public async ValueTask PrepareAsync(long from, long to)
    {
        (queryStart, queryEnd) = (from, to);
        await FetchAsync(expression.Direct, from, to, options.Step);
    }

    public void Warn(string message) => warnings.Add(message);

    /// <summary>The value of an expression of type scalar.</summary>
    public double Scalar(Expr node, long at) => node switch
    {
        NumberLiteral number => number.Value,
        Paren paren => Scalar(paren.Inner, at),
        Negation negation => -Scalar(negation.Inner, at),
        Binary binary => Arithmetic.Scalar(binary.Operator, Scalar(binary.Left, at), Scalar(binary.Right, at)),
        Call call => call.Function.Body is ScalarBody body ? body.Evaluate(this, call, at) : throw Impossible(node),
        _ => throw Impossible(node),
    };

    /// <summary>The elements of an expression of type instant vector; the caller owns the list.</summary>
    public List<Element> Vector(Expr node, long at)
    {
        switch (node)
        {
            case VectorSelector selector:
                return Select(selector, at);
            case Paren paren:
                return Vector(paren.Inner, at);
            case Negation negation:
                return Negated(negation, at);
            case Binary binary:
                return Combined(binary, at);
            case Aggregation aggregation:
                return Aggregated(aggregation, at);
            case Call call:
                return Called(call, at);
            default:
                throw Impossible(node);
        }
    }

    /// <summary>Stops an evaluation that takes too long or that nobody waits for any more.</summary>
    public void RejectOverrun()
    {
        stop.ThrowIfCancellationRequested();
        if (clock.GetElapsedTime(startedAt) > limits.Timeout)
            throw new QueryLimitException($"query timed out in expression evaluation after {limits.Timeout.TotalSeconds:0} s; ask for a shorter range, a larger step or fewer series", isTimeout: true);
    }

    List<Element> Negated(Negation negation, long at)
    {
        var elements = Vector(negation.Inner, at);
        for (var i = 0; i < elements.Count; i++)
            elements[i] = new(negation.Nameless[elements[i].Labels], -elements[i].Value);
        return RejectTwins(elements);
    }

    /// <summary>Refuses a vector in which two elements have the same labels, as happens when their names are taken away.</summary>
    public static List<Element> RejectTwins(List<Element> elements)
    {
        if (elements.Count < 2)
            return elements;
        var seen = new HashSet<Labels>(elements.Count);
        foreach (var element in elements)
        {
            if (!seen.Add(element.Labels))
                throw new PromQlException("vector cannot contain metrics with the same labelset");
        }
        return elements;
    }

    static InvalidOperationException Impossible(Expr node) => new($"The type check let {node.GetType().Name} pass where it has no value.");
}
