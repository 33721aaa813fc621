using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>A function of the language.</summary>
/// <param name="Parameters">Types of the arguments; the last one repeats where more are allowed.</param>
sealed record Function(string Name, ValueKind Returns, ValueKind[] Parameters, int Least, int Most, FunctionBody Body);

abstract record FunctionBody;

/// <summary>Answers a scalar.</summary>
sealed record ScalarBody(Func<Evaluator, Call, long, double> Evaluate) : FunctionBody;

/// <summary>Maps each value; the metric's name goes.</summary>
sealed record MathBody(Func<double, double> Map) : FunctionBody;

/// <summary>Maps vectors and scalars to a vector.</summary>
sealed record VectorBody(Func<Evaluator, Call, long, List<Element>> Evaluate) : FunctionBody;

/// <summary>What a function makes of one series' samples in a range; false where it has nothing to say.</summary>
/// <param name="window">At least one sample.</param>
/// <param name="parameters">The scalar arguments in order.</param>
delegate bool RangeFunction(Window window, ReadOnlySpan<double> parameters, out double value);

/// <summary>Maps a range vector series by series.</summary>
sealed record RangeBody(RangeFunction Evaluate, bool KeepsName = false) : FunctionBody;
