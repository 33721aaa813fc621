using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>Functions of vectors as a whole: absence, order, conversion.</summary>
static class VectorFunctions
{
    public static readonly Function[] All =
    [
        new("vector", ValueKind.Vector, [ValueKind.Scalar], 1, 1, new VectorBody(static (evaluator, call, at) =>
            [new(Labels.Empty, evaluator.Scalar(call.Arguments[0], at))])),
        new("scalar", ValueKind.Scalar, [ValueKind.Vector], 1, 1, new ScalarBody(static (evaluator, call, at) =>
            evaluator.Vector(call.Arguments[0], at) is [var only] ? only.Value : double.NaN)),
        new("absent", ValueKind.Vector, [ValueKind.Vector], 1, 1, new VectorBody(static (evaluator, call, at) =>
            evaluator.Vector(call.Arguments[0], at).Count > 0 ? [] : [new(LabelsOfAbsent(call.Arguments[0]), 1)])),
        new("absent_over_time", ValueKind.Vector, [ValueKind.Matrix], 1, 1, new VectorBody(AbsentOverTime)),
        new("sort", ValueKind.Vector, [ValueKind.Vector], 1, 1, new VectorBody(static (evaluator, call, at) => Sorted(evaluator.Vector(call.Arguments[0], at), 1))),
        new("sort_desc", ValueKind.Vector, [ValueKind.Vector], 1, 1, new VectorBody(static (evaluator, call, at) => Sorted(evaluator.Vector(call.Arguments[0], at), -1))),
    ];

    static List<Element> AbsentOverTime(Evaluator evaluator, Call call, long at)
    {
        var (tracks, after, until) = evaluator.Range(call.Arguments[0], at);
        foreach (var track in tracks)
        {
            if (track.Within(after, until, at).Count > 0)
                return [];
        }
        return [new(LabelsOfAbsent(call.Arguments[0]), 1)];
    }

    // NaN goes last in both directions.
    static List<Element> Sorted(List<Element> elements, int sign) =>
        [.. elements.OrderBy(element => double.IsNaN(element.Value)).ThenBy(element => sign * element.Value)];

    // What a selector asked for by equality, each label once (promql/functions.go, createLabelsForAbsentFunction).
    static Labels LabelsOfAbsent(Expr argument)
    {
        var matchers = Evaluator.Unwrapped(argument) switch
        {
            VectorSelector selector => selector.Matchers,
            MatrixSelector matrix => matrix.Selector.Matchers,
            _ => [],
        };
        var labels = Labels.Empty;
        var seen = new HashSet<string>();
        foreach (var matcher in matchers)
        {
            if (matcher.Name != Labels.NameLabel)
                labels = labels.With(matcher.Name, matcher.Kind == MatchKind.Equal && seen.Add(matcher.Name) ? matcher.Value : "");
        }
        return labels;
    }
}
