using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Evaluation;

/// <summary>The operators on two numbers (promql/engine.go, scalarBinop and vectorElemBinop).</summary>
static class Arithmetic
{
    /// <summary>Between two scalars a comparison answers 1 or 0.</summary>
    public static double Scalar(BinaryOperator binary, double left, double right) =>
        IsComparison(binary) ? (Holds(binary, left, right) ? 1 : 0) : Compute(binary, left, right);

    public static bool IsComparison(BinaryOperator binary) => binary is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual;

    public static bool Holds(BinaryOperator binary, double left, double right) => binary switch
    {
        BinaryOperator.Equal => left == right,
        BinaryOperator.NotEqual => left != right,
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        BinaryOperator.Greater => left > right,
        _ => left >= right,
    };

    public static double Compute(BinaryOperator binary, double left, double right) => binary switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        BinaryOperator.Modulo => left % right,
        BinaryOperator.Power => Math.Pow(left, right),
        BinaryOperator.Atan2 => Math.Atan2(left, right),
        _ => throw new InvalidOperationException($"{binary} is not arithmetic."),
    };
}
