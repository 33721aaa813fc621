using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>A parsed expression over one source of samples.</summary>
sealed class PromQlQuery(ParsedExpression expression, ISampleQuery samples, EvaluationLimits limits, TimeProvider clock) : IPromQlQuery
{
    public string Text => expression.Text;

    public QueryResultKind Kind => expression.Root.Kind switch
    {
        ValueKind.Scalar => QueryResultKind.Scalar,
        ValueKind.Vector => QueryResultKind.Vector,
        ValueKind.Matrix => QueryResultKind.Matrix,
        _ => QueryResultKind.String,
    };

    public IReadOnlyList<IReadOnlyList<LabelMatcher>> Selectors { get; } =
    [
        .. expression.Readings.Select(reading => reading switch
        {
            VectorSelector selector => selector.Matchers,
            MatrixSelector matrix => matrix.Selector.Matchers,
            _ => null,
        }).OfType<IReadOnlyList<LabelMatcher>>(),
    ];

    public async ValueTask<QueryResult> InstantAsync(long at, SelectOptions options, CancellationToken stop)
    {
        var evaluator = new Evaluator(expression, samples, options, limits, clock, stop);
        await evaluator.PrepareAsync(at, at);
        switch (expression.Root.Kind)
        {
            case ValueKind.Text:
                return new(QueryResultKind.String, [new(Labels.Empty, [new(at, 0)])], [], ((TextLiteral)Evaluator.Unwrapped(expression.Root)).Value);
            case ValueKind.Scalar:
                return new(QueryResultKind.Scalar, [new(Labels.Empty, [new(at, evaluator.Scalar(expression.Root, at))])], evaluator.Warnings);
            case ValueKind.Matrix:
                return new(QueryResultKind.Matrix, Windows(evaluator, at), evaluator.Warnings);
            default:
                var elements = evaluator.Vector(expression.Root, at);
                RejectTooMany(elements.Count);
                var series = new QuerySeries[elements.Count];
                for (var i = 0; i < series.Length; i++)
                    series[i] = new(elements[i].Labels, [new(at, elements[i].Value)]);
                return new(QueryResultKind.Vector, series, evaluator.Warnings);
        }
    }

    public async ValueTask<QueryResult> RangeAsync(long from, long to, long step, SelectOptions options, CancellationToken stop)
    {
        if (step <= 0)
            throw new PromQlException("zero or negative query resolution step widths are not accepted. Try a positive integer");
        if (expression.Root.Kind is not (ValueKind.Scalar or ValueKind.Vector))
            throw new PromQlException($"invalid expression type \"{TypeCheck.Name(expression.Root.Kind)}\" for range query, must be Scalar or instant Vector", 0);
        var evaluator = new Evaluator(expression, samples, options, limits, clock, stop);
        await evaluator.PrepareAsync(from, to);
        var answer = new SeriesBuilder(limits, ((to - from) / step) + 1);
        for (var at = from; at <= to; at += step)
        {
            evaluator.RejectOverrun();
            if (expression.Root.Kind == ValueKind.Scalar)
            {
                answer.Add(Labels.Empty, at, evaluator.Scalar(expression.Root, at));
                continue;
            }
            foreach (var element in evaluator.Vector(expression.Root, at))
                answer.Add(element.Labels, at, element.Value);
        }
        return new(QueryResultKind.Matrix, answer.ToSeries(), evaluator.Warnings);
    }

    IReadOnlyList<QuerySeries> Windows(Evaluator evaluator, long at)
    {
        var (tracks, after, until) = evaluator.Range(expression.Root, at);
        RejectTooMany(tracks.Length);
        var series = new List<QuerySeries>(tracks.Length);
        foreach (var track in tracks)
        {
            var window = track.Within(after, until, at);
            if (window.Count == 0)
                continue;
            var points = new Sample[window.Count];
            for (var i = 0; i < points.Length; i++)
                points[i] = new(window.Times[i], window.Values[i]);
            series.Add(new(track.Labels, points));
        }
        series.Sort(static (a, b) => LabelOrder.Compare(a.Labels, b.Labels));
        return series;
    }

    void RejectTooMany(int count)
    {
        if (count > limits.Series)
            throw new QueryLimitException($"the answer has more than {limits.Series} series; aggregate or select fewer");
    }
}
