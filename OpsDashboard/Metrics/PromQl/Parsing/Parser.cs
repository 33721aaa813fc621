namespace OpsDashboard.Metrics.PromQl.Parsing;

/// <summary>A parsed expression with everything in it that reads samples.</summary>
sealed record ParsedExpression(string Text, Expr Root, IReadOnlyList<Reading> Readings)
{
    /// <summary>What the expression reads itself, sub-queries left unopened.</summary>
    public IReadOnlyList<Reading> Direct { get; } = Parsing.Readings.In(Root);
}

/// <summary>
/// Operator-precedence parser for the grammar of Prometheus 3 (promql/parser/generated_parser.y), floats only.
/// Precedence, lowest first: or; and, unless; comparisons; + -; * / % atan2 and the signs; ^ (to the right).
/// </summary>
sealed partial class Parser
{
    /// <summary>Deeper nesting than any person writes; keeps hostile input from exhausting the stack.</summary>
    const int MaxDepth = 200;

    /// <summary>A chain of operators is a tree as deep as it is long.</summary>
    const int MaxOperators = 1_000;
    const int SignPrecedence = 5;
    const int PowerPrecedence = 6;

    readonly List<Token> tokens;
    readonly List<Reading> readings = [];
    int position;
    int depth;
    int operators;

    Parser(List<Token> tokens) => this.tokens = tokens;

    /// <exception cref="PromQlException">The text is not an expression.</exception>
    public static ParsedExpression Parse(string text)
    {
        var parser = new Parser(Lexer.Read(text));
        if (parser.Current.Kind == TokenKind.End)
            throw new PromQlException("no expression found in input", 0);
        var root = parser.Expression(0);
        if (parser.Current.Kind != TokenKind.End)
            throw parser.Unexpected("", "an operator or the end of the expression");
        TypeCheck.Check(root);
        return new(text, root, parser.readings);
    }

    /// <summary>Parses a selector alone, as <c>match[]</c> of the HTTP API has it.</summary>
    /// <exception cref="PromQlException">The text is not a selector.</exception>
    public static IReadOnlyList<LabelMatcher> ParseSelector(string text)
    {
        var parsed = Parse(text);
        return parsed.Root is VectorSelector { Shift: { HasOffset: false, Anchor: AtAnchor.None } } selector
            ? selector.Matchers
            : throw new PromQlException("expected a series selector such as name{label=\"value\"}", 0);
    }

    Token Current => tokens[position];

    Token Ahead => tokens[Math.Min(position + 1, tokens.Count - 1)];

    Token Take() => tokens[position++];

    Token Expect(TokenKind kind, string context, string expected) => Current.Kind == kind ? Take() : throw Unexpected(context, expected);

    PromQlException Unexpected(string context, string expected) =>
        new($"unexpected {Current.Describe()}{(context.Length > 0 ? $" in {context}" : "")}, expected {expected}", Current.Start);

    Expr Expression(int minimum)
    {
        if (++depth > MaxDepth)
            throw new PromQlException($"the expression is nested deeper than {MaxDepth} levels", Current.Start);
        var left = Prefixed();
        while (OperatorOf(Current) is { } binary && Precedence(binary) >= minimum)
        {
            if (++operators > MaxOperators)
                throw new PromQlException($"the expression has more than {MaxOperators} operators", Current.Start);
            var precedence = Precedence(binary);
            var sign = Take();
            var (returnsBool, matching) = Modifiers();
            var right = Expression(binary == BinaryOperator.Power ? precedence : precedence + 1);
            left = Combined(binary, sign, left, right, returnsBool, matching);
        }
        depth--;
        return left;
    }

    Expr Prefixed()
    {
        if (Current.Kind is not (TokenKind.Add or TokenKind.Subtract))
            return Postfixed(Primary());
        var sign = Take();
        var inner = Expression(PowerPrecedence);
        if (sign.Kind == TokenKind.Add)
            return inner;
        return inner is NumberLiteral number ? number with { Start = sign.Start, Value = -number.Value } : new Negation(sign.Start, inner.End, inner);
    }

    Expr Primary()
    {
        switch (Current.Kind)
        {
            case TokenKind.Number or TokenKind.Duration:
                var number = Take();
                return new NumberLiteral(number.Start, number.End, Number(number));
            case TokenKind.Text:
                var text = Take();
                return new TextLiteral(text.Start, text.End, QuotedText.Unquote(text));
            case TokenKind.LeftParen:
                var open = Take();
                var inner = Expression(0);
                var close = Expect(TokenKind.RightParen, "parentheses", "an operator or \")\"");
                return new Paren(open.Start, close.End, inner);
            case TokenKind.LeftBrace or TokenKind.MetricIdentifier:
                return Selector();
            case TokenKind.Identifier:
                return Word();
            default:
                throw Unexpected("", "a number, a string, a metric, a function, an aggregation or \"(\"");
        }
    }

    Expr Word()
    {
        if (AggregatorOf(Current) is { } aggregator && (Ahead.Kind == TokenKind.LeftParen || Ahead.IsWord("by") || Ahead.IsWord("without")))
            return Aggregated(aggregator);
        if (Ahead.Kind == TokenKind.LeftParen)
            return Called();
        if (Current.IsWord("on") || Current.IsWord("ignoring") || Current.IsWord("group_left") || Current.IsWord("group_right") || Current.IsWord("bool"))
            throw Unexpected("", "an expression: this keyword stands behind a binary operator");
        return Selector();
    }

    static Binary Combined(BinaryOperator binary, Token sign, Expr left, Expr right, bool returnsBool, Matching? matching)
    {
        var bothVectors = left.Kind == ValueKind.Vector && right.Kind == ValueKind.Vector;
        var isSet = binary <= BinaryOperator.Unless;
        if (matching is not null && !bothVectors && matching.Labels.Count > 0)
            throw new PromQlException("vector matching only allowed between instant vectors", sign.Start);
        if (isSet && matching is { Cardinality: not Cardinality.OneToOne })
            throw new PromQlException($"no grouping allowed for \"{sign.Text}\" operation", sign.Start);
        matching ??= new(Cardinality.OneToOne, IsOn: false, [], []);
        return new(left.Start, right.End, binary, left, right, returnsBool, isSet ? matching with { Cardinality = Cardinality.ManyToMany } : matching);
    }

    static double Number(Token token) => NumberSyntax.Value(token.Text) ?? throw new PromQlException($"error parsing number: \"{token.Text}\"", token.Start);

    static BinaryOperator? OperatorOf(Token token) => token.Kind switch
    {
        TokenKind.Add => BinaryOperator.Add,
        TokenKind.Subtract => BinaryOperator.Subtract,
        TokenKind.Multiply => BinaryOperator.Multiply,
        TokenKind.Divide => BinaryOperator.Divide,
        TokenKind.Modulo => BinaryOperator.Modulo,
        TokenKind.Power => BinaryOperator.Power,
        TokenKind.Equal => BinaryOperator.Equal,
        TokenKind.NotEqual => BinaryOperator.NotEqual,
        TokenKind.Less => BinaryOperator.Less,
        TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
        TokenKind.Greater => BinaryOperator.Greater,
        TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
        TokenKind.Identifier when token.IsWord("or") => BinaryOperator.Or,
        TokenKind.Identifier when token.IsWord("and") => BinaryOperator.And,
        TokenKind.Identifier when token.IsWord("unless") => BinaryOperator.Unless,
        TokenKind.Identifier when token.IsWord("atan2") => BinaryOperator.Atan2,
        _ => null,
    };

    static int Precedence(BinaryOperator binary) => binary switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.And or BinaryOperator.Unless => 2,
        >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual => 3,
        BinaryOperator.Add or BinaryOperator.Subtract => 4,
        BinaryOperator.Power => PowerPrecedence,
        _ => SignPrecedence,
    };
}
