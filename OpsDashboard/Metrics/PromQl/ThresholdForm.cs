using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>An expression that ends in a comparison with a number: what is measured, and the line that it must cross.</summary>
/// <param name="Measured">The expression without the comparison.</param>
/// <param name="Operator">As PromQL writes it, with what is measured on the left: &gt; &gt;= &lt; &lt;= == !=</param>
public sealed record ThresholdForm(string Measured, string Operator, double Threshold)
{
    /// <summary>Null for expressions of another form, or that are none.</summary>
    public static ThresholdForm? Of(string expression)
    {
        try
        {
            return Of(Parser.Parse(expression).Root, expression);
        }
        catch (PromQlException)
        {
            return null;
        }
    }

    /// <summary>What a condition measures: the left side of its comparison, also where the right one is no number; else the whole condition.</summary>
    public static string MeasuredIn(string condition)
    {
        try
        {
            var root = Bare(Parser.Parse(condition).Root);
            return Of(root, condition)?.Measured
                ?? (root is Binary { IsComparison: true, ReturnsBool: false, Left: { Kind: ValueKind.Vector } left } ? condition[left.Start..left.End] : condition);
        }
        catch (PromQlException)
        {
            return condition;
        }
    }

    /// <summary>Whether a value has crossed the line, or another line of the same kind.</summary>
    public bool Holds(double value, double? threshold = null)
    {
        var line = threshold ?? Threshold;
        return Operator switch
        {
            ">" => value > line,
            ">=" => value >= line,
            "<" => value < line,
            "<=" => value <= line,
            "==" => value == line,
            _ => value != line,
        };
    }

    /// <summary>Whether one line is crossed before another.</summary>
    public bool IsLaxer(double line, double than) => Operator switch
    {
        ">" or ">=" => line < than,
        "<" or "<=" => line > than,
        _ => false,
    };

    static ThresholdForm? Of(Expr root, string text)
    {
        if (Bare(root) is not Binary { IsComparison: true, ReturnsBool: false } comparison || Written(comparison.Operator) is not { } written)
            return null;
        if (Number(comparison.Right) is { } right && comparison.Left.Kind == ValueKind.Vector)
            return new(text[comparison.Left.Start..comparison.Left.End], written, right);
        return Number(comparison.Left) is { } left && comparison.Right.Kind == ValueKind.Vector ? new(text[comparison.Right.Start..comparison.Right.End], Turned(written), left) : null;
    }

    static Expr Bare(Expr node) => node is Paren paren ? Bare(paren.Inner) : node;

    static double? Number(Expr node) => node switch
    {
        NumberLiteral number => number.Value,
        Paren paren => Number(paren.Inner),
        Negation negation => -Number(negation.Inner),
        _ => null,
    };

    static string? Written(BinaryOperator comparison) => comparison switch
    {
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        _ => null,
    };

    static string Turned(string comparison) => comparison switch { ">" => "<", ">=" => "<=", "<" => ">", "<=" => ">=", _ => comparison };
}
