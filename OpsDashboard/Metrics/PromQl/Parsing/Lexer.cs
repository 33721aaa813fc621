namespace OpsDashboard.Metrics.PromQl.Parsing;

/// <summary>
/// Cuts an expression into tokens by the rules of Prometheus' promql/parser/lex.go: a colon belongs to a name outside square brackets
/// and separates range and step inside them; a digit begins a number or a duration; <c>#</c> begins a comment.
/// </summary>
ref struct Lexer(string text)
{
    readonly List<Token> tokens = [];
    int position;
    int parens;
    bool inBraces;
    bool inBrackets;

    /// <exception cref="PromQlException">A character or literal that the language does not have.</exception>
    public static List<Token> Read(string text)
    {
        var lexer = new Lexer(text);
        while (lexer.Next())
        {
        }
        return lexer.tokens;
    }

    bool Next()
    {
        SkipSpaceAndComments();
        if (position >= text.Length)
        {
            RejectUnclosed();
            tokens.Add(new(TokenKind.End, text.Length, ""));
            return false;
        }
        var first = text[position];
        if (IsLetter(first) || (first == ':' && !inBrackets && !inBraces))
            ReadWord();
        else if (IsDigit(first) || (first == '.' && IsDigit(Peek(1))))
            ReadNumberOrDuration();
        else if (first is '"' or '\'' or '`')
            ReadText(first);
        else
            ReadSymbol(first);
        return true;
    }

    readonly void RejectUnclosed()
    {
        if (inBraces)
            throw Error("unexpected end of input inside braces, expected \"}\"", text.Length);
        if (inBrackets)
            throw Error("unclosed left bracket, expected \"]\"", text.Length);
        if (parens > 0)
            throw Error("unclosed left parenthesis, expected \")\"", text.Length);
    }

    void SkipSpaceAndComments()
    {
        while (position < text.Length)
        {
            if (text[position] == '#')
            {
                while (position < text.Length && text[position] is not ('\n' or '\r'))
                    position++;
            }
            else if (text[position] is ' ' or '\t' or '\n' or '\r')
            {
                position++;
            }
            else
            {
                return;
            }
        }
    }

    void ReadWord()
    {
        var start = position;
        var hasColon = false;
        while (position < text.Length && (IsLetter(text[position]) || IsDigit(text[position]) || (text[position] == ':' && !inBrackets && !inBraces)))
            hasColon |= text[position++] == ':';
        var word = text[start..position];
        if (!inBraces && (word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("nan", StringComparison.OrdinalIgnoreCase)))
            Add(TokenKind.Number, start);
        else
            Add(hasColon ? TokenKind.MetricIdentifier : TokenKind.Identifier, start);
    }

    void ReadNumberOrDuration()
    {
        var start = position;
        var length = NumberSyntax.Number(text.AsSpan(position));
        var kind = TokenKind.Number;
        if (length == 0)
        {
            length = NumberSyntax.Duration(text.AsSpan(position));
            kind = TokenKind.Duration;
        }
        if (length == 0)
        {
            while (position < text.Length && (IsLetter(text[position]) || IsDigit(text[position]) || text[position] == '.'))
                position++;
            throw Error($"bad number or duration syntax: \"{text[start..position]}\"", start);
        }
        position += length;
        Add(kind, start);
    }

    void ReadText(char quote)
    {
        var start = position++;
        while (true)
        {
            if (position >= text.Length || (quote != '`' && text[position] == '\n'))
                throw Error(quote == '`' ? "unterminated raw string" : "unterminated quoted string", start);
            var current = text[position++];
            if (current == quote)
                break;
            if (current == '\\' && quote != '`')
                position++;
        }
        Add(TokenKind.Text, start);
    }

    void ReadSymbol(char first)
    {
        var second = Peek(1);
        switch (first)
        {
            case ',': Symbol(TokenKind.Comma, 1); break;
            case '=' when second == '~': Symbol(TokenKind.RegexMatch, 2); break;
            case '=' when second == '=' && !inBraces: Symbol(TokenKind.Equal, 2); break;
            case '=': Symbol(TokenKind.Assign, 1); break;
            case '!' when second == '=': Symbol(TokenKind.NotEqual, 2); break;
            case '!' when second == '~': Symbol(TokenKind.RegexNotMatch, 2); break;
            case '{' when !inBraces: inBraces = true; Symbol(TokenKind.LeftBrace, 1); break;
            case '}' when inBraces: inBraces = false; Symbol(TokenKind.RightBrace, 1); break;
            case var _ when inBraces: throw Error($"unexpected character inside braces: '{first}'", position);
            case '+': Symbol(TokenKind.Add, 1); break;
            case '-': Symbol(TokenKind.Subtract, 1); break;
            case '*': Symbol(TokenKind.Multiply, 1); break;
            case '/': Symbol(TokenKind.Divide, 1); break;
            case '%': Symbol(TokenKind.Modulo, 1); break;
            case '^': Symbol(TokenKind.Power, 1); break;
            case '@': Symbol(TokenKind.At, 1); break;
            case '<': Symbol(second == '=' ? TokenKind.LessOrEqual : TokenKind.Less, second == '=' ? 2 : 1); break;
            case '>': Symbol(second == '=' ? TokenKind.GreaterOrEqual : TokenKind.Greater, second == '=' ? 2 : 1); break;
            case '(': parens++; Symbol(TokenKind.LeftParen, 1); break;
            case ')' when parens > 0: parens--; Symbol(TokenKind.RightParen, 1); break;
            case ')': throw Error("unexpected right parenthesis ')'", position);
            case '[' when !inBrackets: inBrackets = true; Symbol(TokenKind.LeftBracket, 1); break;
            case ']' when inBrackets: inBrackets = false; Symbol(TokenKind.RightBracket, 1); break;
            case ':': Symbol(TokenKind.Colon, 1); break;
            default: throw Error($"unexpected character: '{first}'", position);
        }
    }

    void Symbol(TokenKind kind, int length)
    {
        var start = position;
        position += length;
        Add(kind, start);
    }

    readonly void Add(TokenKind kind, int start) => tokens.Add(new(kind, start, text[start..position]));

    readonly char Peek(int ahead) => position + ahead < text.Length ? text[position + ahead] : '\0';

    static PromQlException Error(string message, int at) => new(message, at);

    static bool IsLetter(char c) => c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    static bool IsDigit(char c) => c is >= '0' and <= '9';
}
