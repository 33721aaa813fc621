namespace OpsDashboard.Metrics.PromQl.Parsing;

/// <summary>Finds what an expression reads at its own steps: selectors and sub-queries, but not what a sub-query reads at its steps.</summary>
static class Readings
{
    public static IReadOnlyList<Reading> In(Expr expression)
    {
        var found = new List<Reading>();
        Collect(expression, found);
        return found;
    }

    static void Collect(Expr expression, List<Reading> found)
    {
        switch (expression)
        {
            case Reading reading:
                found.Add(reading);
                break;
            case Paren paren:
                Collect(paren.Inner, found);
                break;
            case Negation negation:
                Collect(negation.Inner, found);
                break;
            case Binary binary:
                Collect(binary.Left, found);
                Collect(binary.Right, found);
                break;
            case Aggregation aggregation:
                if (aggregation.Parameter is { } parameter)
                    Collect(parameter, found);
                Collect(aggregation.Inner, found);
                break;
            case Call call:
                foreach (var argument in call.Arguments)
                    Collect(argument, found);
                break;
        }
    }
}
