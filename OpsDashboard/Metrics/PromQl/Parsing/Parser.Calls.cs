using OpsDashboard.Metrics.PromQl.Functions;

namespace OpsDashboard.Metrics.PromQl.Parsing;

sealed partial class Parser
{
    static readonly Dictionary<string, Aggregator> Aggregators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sum"] = Aggregator.Sum,
        ["avg"] = Aggregator.Avg,
        ["min"] = Aggregator.Min,
        ["max"] = Aggregator.Max,
        ["count"] = Aggregator.Count,
        ["group"] = Aggregator.Group,
        ["stddev"] = Aggregator.StdDev,
        ["stdvar"] = Aggregator.StdVar,
        ["topk"] = Aggregator.TopK,
        ["bottomk"] = Aggregator.BottomK,
        ["quantile"] = Aggregator.Quantile,
        ["count_values"] = Aggregator.CountValues,
    };

    static Aggregator? AggregatorOf(Token token) => token.Kind == TokenKind.Identifier && Aggregators.TryGetValue(token.Text, out var found) ? found : null;

    Aggregation Aggregated(Aggregator aggregator)
    {
        var name = Take();
        var (isWithout, grouping) = Grouping();
        var (arguments, end) = Arguments("aggregation");
        if (grouping is null)
        {
            (isWithout, grouping) = Grouping();
            end = tokens[position - 1].End;
        }
        var expected = aggregator is Aggregator.TopK or Aggregator.BottomK or Aggregator.Quantile or Aggregator.CountValues ? 2 : 1;
        if (arguments.Count == 0)
            throw new PromQlException("no arguments for aggregate expression provided", name.Start);
        if (arguments.Count != expected)
            throw new PromQlException($"wrong number of arguments for aggregate expression provided, expected {expected}, got {arguments.Count}", name.Start);
        return new(name.Start, end, aggregator, expected == 2 ? arguments[0] : null, arguments[^1], isWithout, grouping ?? []);
    }

    (bool IsWithout, IReadOnlyList<string>? Labels) Grouping()
    {
        if (!Current.IsWord("by") && !Current.IsWord("without"))
            return (false, null);
        return (Take().IsWord("without"), LabelNames());
    }

    List<string> LabelNames()
    {
        Expect(TokenKind.LeftParen, "grouping opts", "\"(\"");
        var names = new List<string>();
        while (Current.Kind != TokenKind.RightParen)
        {
            if (Current.Kind is not (TokenKind.Identifier or TokenKind.Text))
                throw Unexpected("grouping opts", "label");
            var name = Take();
            names.Add(name.Kind == TokenKind.Text ? QuotedText.Unquote(name) : name.Text);
            if (Current.Kind == TokenKind.Comma)
                Take();
            else if (Current.Kind != TokenKind.RightParen)
                throw Unexpected("grouping opts", "\",\" or \")\"");
        }
        Take();
        return names;
    }

    Call Called()
    {
        var name = Take();
        var function = FunctionTable.Find(name.Text) ?? throw new PromQlException(
            FunctionTable.IsExperimental(name.Text) ? $"{name.Text}() is an experimental function and is not supported" : $"unknown function with name \"{name.Text}\"", name.Start);
        var (arguments, end) = Arguments("function call");
        return new(name.Start, end, function, arguments);
    }

    (List<Expr> Arguments, int End) Arguments(string context)
    {
        Expect(TokenKind.LeftParen, context, "\"(\"");
        var arguments = new List<Expr>();
        if (Current.Kind == TokenKind.RightParen)
            return (arguments, Take().End);
        while (true)
        {
            arguments.Add(Expression(0));
            if (Current.Kind == TokenKind.RightParen)
                return (arguments, Take().End);
            Expect(TokenKind.Comma, context, "\",\" or \")\"");
            if (Current.Kind == TokenKind.RightParen)
                throw new PromQlException("trailing commas not allowed in function call args", Current.Start);
        }
    }

    (bool ReturnsBool, Matching? Matching) Modifiers()
    {
        var returnsBool = Current.IsWord("bool");
        if (returnsBool)
            Take();
        if (!Current.IsWord("on") && !Current.IsWord("ignoring"))
            return (returnsBool, null);
        var isOn = Take().IsWord("on");
        var labels = LabelNames();
        var cardinality = Cardinality.OneToOne;
        IReadOnlyList<string> include = [];
        if (Current.IsWord("group_left") || Current.IsWord("group_right"))
        {
            var keyword = Take();
            cardinality = keyword.IsWord("group_left") ? Cardinality.ManyToOne : Cardinality.OneToMany;
            include = Current.Kind == TokenKind.LeftParen ? LabelNames() : [];
            if (isOn && labels.Find(include.Contains) is { } twice)
                throw new PromQlException($"label \"{twice}\" must not occur in ON and GROUP clause at once", keyword.Start);
        }
        return (returnsBool, new(cardinality, isOn, labels, include));
    }
}
