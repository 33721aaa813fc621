using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>Functions of single values.</summary>
static class MathFunctions
{
    public static readonly Function[] All =
    [
        Of("abs", Math.Abs), Of("ceil", Math.Ceiling), Of("floor", Math.Floor), Of("exp", Math.Exp), Of("sqrt", Math.Sqrt),
        Of("ln", Math.Log), Of("log2", Math.Log2), Of("log10", Math.Log10),
        Of("sin", Math.Sin), Of("cos", Math.Cos), Of("tan", Math.Tan), Of("asin", Math.Asin), Of("acos", Math.Acos), Of("atan", Math.Atan),
        Of("sinh", Math.Sinh), Of("cosh", Math.Cosh), Of("tanh", Math.Tanh), Of("asinh", Math.Asinh), Of("acosh", Math.Acosh), Of("atanh", Math.Atanh),
        Of("rad", static value => value * Math.PI / 180), Of("deg", static value => value * 180 / Math.PI),
        Of("sgn", static value => value < 0 ? -1 : value > 0 ? 1 : value),
        new("pi", ValueKind.Scalar, [], 0, 0, new ScalarBody(static (_, _, _) => Math.PI)),
        new("round", ValueKind.Vector, [ValueKind.Vector, ValueKind.Scalar], 1, 2, new VectorBody(Round)),
        new("clamp", ValueKind.Vector, [ValueKind.Vector, ValueKind.Scalar, ValueKind.Scalar], 3, 3, new VectorBody(static (evaluator, call, at) =>
            Clamp(evaluator, call, at, evaluator.Scalar(call.Arguments[1], at), evaluator.Scalar(call.Arguments[2], at)))),
        new("clamp_min", ValueKind.Vector, [ValueKind.Vector, ValueKind.Scalar], 2, 2, new VectorBody(static (evaluator, call, at) =>
            Clamp(evaluator, call, at, evaluator.Scalar(call.Arguments[1], at), double.PositiveInfinity))),
        new("clamp_max", ValueKind.Vector, [ValueKind.Vector, ValueKind.Scalar], 2, 2, new VectorBody(static (evaluator, call, at) =>
            Clamp(evaluator, call, at, double.NegativeInfinity, evaluator.Scalar(call.Arguments[1], at)))),
    ];

    static Function Of(string name, Func<double, double> map) => new(name, ValueKind.Vector, [ValueKind.Vector], 1, 1, new MathBody(map));

    static List<Element> Round(Evaluator evaluator, Call call, long at)
    {
        // Dividing by the inverse gives fewer rounding errors for fractions such as 0.1 (promql/functions.go, funcRound).
        var inverse = 1 / (call.Arguments.Count > 1 ? evaluator.Scalar(call.Arguments[1], at) : 1);
        return Evaluator.Mapped(evaluator.Vector(call.Arguments[0], at), call.Nameless, value => Math.Floor((value * inverse) + 0.5) / inverse);
    }

    static List<Element> Clamp(Evaluator evaluator, Call call, long at, double least, double most) =>
        most < least ? [] : Evaluator.Mapped(evaluator.Vector(call.Arguments[0], at), call.Nameless, value => Math.Max(least, Math.Min(most, value)));
}
