namespace OpsDashboard.Metrics.PromQl.Parsing;

enum TokenKind
{
    End, Identifier, MetricIdentifier, Number, Duration, Text,
    LeftParen, RightParen, LeftBrace, RightBrace, LeftBracket, RightBracket, Comma, Colon, At,
    Assign, Equal, NotEqual, RegexMatch, RegexNotMatch, Less, LessOrEqual, Greater, GreaterOrEqual,
    Add, Subtract, Multiply, Divide, Modulo, Power,
}

/// <summary>One word of an expression; <paramref name="Text"/> is the source text, still quoted where it is a string.</summary>
readonly record struct Token(TokenKind Kind, int Start, string Text)
{
    public int End => Start + Text.Length;

    /// <summary>Compares without regard to case: PromQL's keywords have none, its function names do.</summary>
    public bool IsWord(string word) => Kind == TokenKind.Identifier && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>How Prometheus' messages name it.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.End => "end of input",
        TokenKind.Identifier => $"identifier \"{Text}\"",
        TokenKind.MetricIdentifier => $"metric identifier \"{Text}\"",
        TokenKind.Number => $"number \"{Text}\"",
        TokenKind.Duration => $"duration \"{Text}\"",
        TokenKind.Text => $"string {Text}",
        _ => $"\"{Text}\"",
    };
}
