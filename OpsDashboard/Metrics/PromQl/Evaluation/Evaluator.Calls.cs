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
        var (names, areDistinct) = resultNames[((Reading)Unwrapped(range!)).Index] ??= ResultNames.Of(call, body, found);
        var results = new List<Element>(found.Length);
        for (var i = 0; i < found.Length; i++)
        {
            if (i % SeriesBetweenChecks == SeriesBetweenChecks - 1)
                RejectOverrun();
            var window = found[i].Within(after, until, at);
            if (window.Count > 0 && body.Evaluate(window, parameters[..count], out var value))
                results.Add(new(names[i], value));
        }
        return areDistinct ? results : RejectTwins(results);
    }

    /// <summary>What a function over ranges calls the series of its argument: the same at every step, so found out once.</summary>
    /// <param name="AreDistinct">No step can have two elements with the same labels.</param>
    sealed record ResultNames(Labels[] Names, bool AreDistinct)
    {
        public static ResultNames Of(Call call, RangeBody body, Track[] found)
        {
            var names = new Labels[found.Length];
            for (var i = 0; i < names.Length; i++)
                names[i] = body.KeepsName ? found[i].Labels : call.Nameless[found[i].Labels];
            return new(names, body.KeepsName || names.Length < 2 || new HashSet<Labels>(names).Count == names.Length);
        }
    }
}
