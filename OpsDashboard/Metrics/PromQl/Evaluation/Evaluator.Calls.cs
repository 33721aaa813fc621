using OpsDashboard.Metrics.PromQl.Functions;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Evaluation;

sealed partial class Evaluator
{
    const int SeriesBetweenChecks = 1000;

    List<Element> Called(Call call, long at) => call.Function.Body switch
    {
        RangeBody body => OverRange(call, body, at),
        MathBody body => Mapped(Vector(call.Arguments[0], at), call.Nameless, body.Map),
        VectorBody body => body.Evaluate(this, call, at),
        _ => throw Impossible(call),
    };

    /// <summary>The elements with their values mapped and without their names.</summary>
    public static List<Element> Mapped(List<Element> elements, LabelMap nameless, Func<double, double> map)
    {
        for (var i = 0; i < elements.Count; i++)
            elements[i] = new(nameless[elements[i].Labels], map(elements[i].Value));
        return RejectTwins(elements);
    }

    List<Element> OverRange(Call call, RangeBody body, long at)
    {
        Span<double> parameters = stackalloc double[2];
        var count = 0;
        Expr? range = null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Kind == ValueKind.Matrix)
                range = argument;
            else
                parameters[count++] = Scalar(argument, at);
        }
        var (found, after, until) = Range(range!, at);
        var results = new List<Element>(found.Length);
        for (var i = 0; i < found.Length; i++)
        {
            if (i % SeriesBetweenChecks == SeriesBetweenChecks - 1)
                RejectOverrun();
            var window = found[i].Within(after, until, at);
            if (window.Count > 0 && body.Evaluate(window, parameters[..count], out var value))
                results.Add(new(body.KeepsName ? window.Labels : call.Nameless[window.Labels], value));
        }
        return body.KeepsName ? results : RejectTwins(results);
    }
}
