using OpsDashboard.Metrics.PromQl.Evaluation;
using OpsDashboard.Metrics.PromQl.Functions;

namespace OpsDashboard.Metrics.PromQl.Parsing;

enum ValueKind { Scalar, Vector, Matrix, Text }

/// <summary>A node of a parsed expression. Immutable but for bounded caches of label sets, which are thread-safe.</summary>
/// <param name="Start">Offset of its first character.</param>
/// <param name="End">Offset behind its last character.</param>
abstract record Expr(int Start, int End)
{
    public abstract ValueKind Kind { get; }
}

sealed record NumberLiteral(int Start, int End, double Value) : Expr(Start, End)
{
    public override ValueKind Kind => ValueKind.Scalar;
}

sealed record TextLiteral(int Start, int End, string Value) : Expr(Start, End)
{
    public override ValueKind Kind => ValueKind.Text;
}

enum AtAnchor { None, Instant, Start, End }

/// <summary>The time modifiers of a selector or sub-query, in milliseconds.</summary>
readonly record struct TimeShift(long Offset, AtAnchor Anchor = AtAnchor.None, long At = 0, bool HasOffset = false);

/// <summary>Something that reads a span of samples: <paramref name="Index"/> numbers these within the expression.</summary>
abstract record Reading(int Start, int End, int Index, TimeShift Shift) : Expr(Start, End);

sealed record VectorSelector(int Start, int End, int Index, TimeShift Shift, string? Metric, IReadOnlyList<LabelMatcher> Matchers) : Reading(Start, End, Index, Shift)
{
    public override ValueKind Kind => ValueKind.Vector;
}

sealed record MatrixSelector(int Start, int End, int Index, TimeShift Shift, VectorSelector Selector, long Range) : Reading(Start, End, Index, Shift)
{
    public override ValueKind Kind => ValueKind.Matrix;
}

/// <param name="Step">Milliseconds; 0 where the expression leaves it open.</param>
sealed record Subquery(int Start, int End, int Index, TimeShift Shift, Expr Inner, long Range, long Step) : Reading(Start, End, Index, Shift)
{
    public override ValueKind Kind => ValueKind.Matrix;

    /// <summary>What the inner expression reads itself, sub-queries within it left unopened.</summary>
    public IReadOnlyList<Reading> Direct { get; } = Readings.In(Inner);
}

sealed record Paren(int Start, int End, Expr Inner) : Expr(Start, End)
{
    public override ValueKind Kind { get; } = Inner.Kind;
}

sealed record Negation(int Start, int End, Expr Inner) : Expr(Start, End)
{
    public override ValueKind Kind { get; } = Inner.Kind;

    public LabelMap Nameless { get; } = LabelMap.WithoutName();
}

enum BinaryOperator { Or, And, Unless, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Add, Subtract, Multiply, Divide, Modulo, Atan2, Power }

enum Cardinality { OneToOne, ManyToOne, OneToMany, ManyToMany }

/// <param name="Labels">Those named by on or ignoring.</param>
/// <param name="Include">Those named by group_left or group_right.</param>
sealed record Matching(Cardinality Cardinality, bool IsOn, IReadOnlyList<string> Labels, IReadOnlyList<string> Include);

sealed record Binary(int Start, int End, BinaryOperator Operator, Expr Left, Expr Right, bool ReturnsBool, Matching Matching) : Expr(Start, End)
{
    public override ValueKind Kind { get; } = Left.Kind == ValueKind.Scalar && Right.Kind == ValueKind.Scalar ? ValueKind.Scalar : ValueKind.Vector;

    public bool IsSet => Operator <= BinaryOperator.Unless;

    public bool IsComparison => Operator is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual;

    /// <summary>Arithmetic makes a new quantity, so the metric's name goes; a filtering comparison keeps it.</summary>
    public bool DropsName => ReturnsBool || (!IsSet && !IsComparison);

    public MatchingLabels Caches { get; } = new(Matching, ReturnsBool || Operator > BinaryOperator.GreaterOrEqual);
}

enum Aggregator { Sum, Avg, Min, Max, Count, Group, StdDev, StdVar, TopK, BottomK, Quantile, CountValues }

sealed record Aggregation(int Start, int End, Aggregator Operator, Expr? Parameter, Expr Inner, bool IsWithout, IReadOnlyList<string> Grouping) : Expr(Start, End)
{
    public override ValueKind Kind => ValueKind.Vector;

    /// <summary>Everything falls into one group without labels.</summary>
    public bool IsTotal => !IsWithout && Grouping.Count == 0;

    /// <summary>From a series' labels to its group's.</summary>
    public LabelMap Groups { get; } = IsWithout
        ? new(labels => labels.Without([.. Grouping, Labels.NameLabel]))
        : new(labels => labels.Only(Grouping));
}

sealed record Call(int Start, int End, Function Function, IReadOnlyList<Expr> Arguments) : Expr(Start, End)
{
    public override ValueKind Kind => Function.Returns;

    public LabelMap Nameless { get; } = LabelMap.WithoutName();
}
