using OpsDashboard.Metrics.PromQl.Functions;

namespace OpsDashboard.Metrics.PromQl.Parsing;

/// <summary>Refuses expressions whose parts do not fit together, with Prometheus' words (promql/parser/parse.go, checkAST).</summary>
static class TypeCheck
{
    /// <exception cref="PromQlException">A part has another type than its place wants.</exception>
    public static void Check(Expr expression)
    {
        switch (expression)
        {
            case Paren paren:
                Check(paren.Inner);
                break;
            case Negation negation:
                Check(negation.Inner);
                if (negation.Inner.Kind is not (ValueKind.Scalar or ValueKind.Vector))
                    throw new PromQlException($"unary expression only allowed on expressions of type scalar or instant vector, got \"{Name(negation.Inner.Kind)}\"", negation.Start);
                break;
            case Subquery subquery:
                Check(subquery.Inner);
                break;
            case Binary binary:
                CheckBinary(binary);
                break;
            case Aggregation aggregation:
                CheckAggregation(aggregation);
                break;
            case Call call:
                CheckCall(call);
                break;
        }
    }

    static void CheckBinary(Binary binary)
    {
        Check(binary.Left);
        Check(binary.Right);
        foreach (var side in new[] { binary.Left, binary.Right })
        {
            if (side.Kind is not (ValueKind.Scalar or ValueKind.Vector))
                throw new PromQlException("binary expression must contain only scalar and instant vector types", side.Start);
        }
        if (binary.ReturnsBool && !binary.IsComparison)
            throw new PromQlException("bool modifier can only be used on comparison operators", binary.Left.End);
        if (binary.IsComparison && !binary.ReturnsBool && binary.Kind == ValueKind.Scalar)
            throw new PromQlException("comparisons between scalars must use BOOL modifier", binary.Left.End);
        if (binary.IsSet && (binary.Left.Kind == ValueKind.Scalar || binary.Right.Kind == ValueKind.Scalar))
            throw new PromQlException($"set operator \"{binary.Operator.ToString().ToLowerInvariant()}\" not allowed in binary scalar expression", binary.Start);
    }

    static void CheckAggregation(Aggregation aggregation)
    {
        Check(aggregation.Inner);
        Expect(aggregation.Inner, ValueKind.Vector, "aggregation expression");
        if (aggregation.Parameter is not { } parameter)
            return;
        Check(parameter);
        Expect(parameter, aggregation.Operator == Aggregator.CountValues ? ValueKind.Text : ValueKind.Scalar, "aggregation parameter");
    }

    static void CheckCall(Call call)
    {
        var function = call.Function;
        var count = call.Arguments.Count;
        if (function.Least == function.Most && count != function.Least)
            throw new PromQlException($"expected {function.Least} argument(s) in call to \"{function.Name}\", got {count}", call.Start);
        if (count < function.Least)
            throw new PromQlException($"expected at least {function.Least} argument(s) in call to \"{function.Name}\", got {count}", call.Start);
        if (count > function.Most)
            throw new PromQlException($"expected at most {function.Most} argument(s) in call to \"{function.Name}\", got {count}", call.Start);
        for (var i = 0; i < count; i++)
        {
            Check(call.Arguments[i]);
            Expect(call.Arguments[i], function.Parameters[Math.Min(i, function.Parameters.Length - 1)], $"call to function \"{function.Name}\"");
        }
    }

    static void Expect(Expr expression, ValueKind wanted, string context)
    {
        if (expression.Kind != wanted)
            throw new PromQlException($"expected type {Name(wanted)} in {context}, got {Name(expression.Kind)}", expression.Start);
    }

    /// <summary>A type's name in Prometheus' documentation.</summary>
    public static string Name(ValueKind kind) => kind switch
    {
        ValueKind.Scalar => "scalar",
        ValueKind.Vector => "instant vector",
        ValueKind.Matrix => "range vector",
        _ => "string",
    };
}
