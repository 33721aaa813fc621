using System.Text.RegularExpressions;

namespace OpsDashboard.Metrics.PromQl.Parsing;

sealed partial class Parser
{
    Expr Selector()
    {
        var start = Current.Start;
        string? metric = null;
        var end = Current.End;
        if (Current.Kind != TokenKind.LeftBrace)
            metric = Take().Text;
        var matchers = new List<LabelMatcher>();
        if (Current.Kind == TokenKind.LeftBrace)
            end = Matchers(matchers, ref metric, metric is not null);
        else
            matchers.Add(LabelMatcher.Metric(metric!));
        RejectMatchingEverything(matchers, start);
        return Read(index => new VectorSelector(start, end, index, default, metric, matchers));
    }

    int Matchers(List<LabelMatcher> matchers, ref string? metric, bool isNamedOutside)
    {
        Take();
        if (isNamedOutside)
            matchers.Add(LabelMatcher.Metric(metric!));
        while (Current.Kind != TokenKind.RightBrace)
        {
            var matcher = Matcher();
            if (matcher.Name == Labels.NameLabel && isNamedOutside)
                throw new PromQlException($"metric name must not be set twice: \"{metric}\" or \"{matcher.Value}\"", tokens[position - 1].Start);
            if (matcher is { Name: Labels.NameLabel, Kind: MatchKind.Equal })
                metric = matcher.Value;
            matchers.Add(matcher);
            if (Current.Kind == TokenKind.Comma)
                Take();
            else if (Current.Kind != TokenKind.RightBrace)
                throw Unexpected("label matching", "\",\" or \"}\"");
        }
        return Take().End;
    }

    // {"metric name"} and {"label name"="value"} are the quoted forms of Prometheus 3.
    LabelMatcher Matcher()
    {
        if (Current.Kind is not (TokenKind.Identifier or TokenKind.Text))
            throw Unexpected("label matching", "identifier or \"}\"");
        var nameToken = Take();
        var name = nameToken.Kind == TokenKind.Text ? QuotedText.Unquote(nameToken) : nameToken.Text;
        if (nameToken.Kind == TokenKind.Text && Current.Kind is TokenKind.Comma or TokenKind.RightBrace)
            return LabelMatcher.Metric(name);
        var kind = Current.Kind switch
        {
            TokenKind.Assign => MatchKind.Equal,
            TokenKind.NotEqual => MatchKind.NotEqual,
            TokenKind.RegexMatch => MatchKind.Regex,
            TokenKind.RegexNotMatch => MatchKind.NotRegex,
            _ => throw Unexpected("label matching", "label matching operator"),
        };
        Take();
        var value = Expect(TokenKind.Text, "label matching", "string");
        try
        {
            return new(name, kind, QuotedText.Unquote(value));
        }
        catch (Exception refused) when (refused is RegexParseException or NotSupportedException)
        {
            throw new PromQlException($"error parsing regexp: {refused.Message}", value.Start);
        }
    }

    static void RejectMatchingEverything(List<LabelMatcher> matchers, int start)
    {
        if (!matchers.Exists(matcher => !matcher.Matches("")))
            throw new PromQlException("vector selector must contain at least one non-empty matcher", start);
    }

    Expr Postfixed(Expr expression)
    {
        while (true)
        {
            if (Current.Kind == TokenKind.LeftBracket)
                expression = Ranged(expression);
            else if (Current.IsWord("offset"))
                expression = Shifted(expression, Offset);
            else if (Current.Kind == TokenKind.At)
                expression = Shifted(expression, Anchor);
            else
                return expression;
        }
    }

    Expr Ranged(Expr expression)
    {
        var bracket = Take();
        var range = PositiveDuration("subquery or range selector");
        if (Current.Kind == TokenKind.Colon)
            return SubqueryOf(expression, range);
        var close = Expect(TokenKind.RightBracket, "subquery or range", "\":\" or \"]\"");
        if (expression is not VectorSelector selector)
            throw new PromQlException("ranges only allowed for vector selectors", bracket.Start);
        if (selector.Shift.HasOffset)
            throw new PromQlException("no offset modifiers allowed before range", bracket.Start);
        if (selector.Shift.Anchor != AtAnchor.None)
            throw new PromQlException("no @ modifiers allowed before range", bracket.Start);
        return Replace(selector, new MatrixSelector(selector.Start, close.End, selector.Index, default, selector, range));
    }

    Expr SubqueryOf(Expr expression, long range)
    {
        Take();
        var step = Current.Kind == TokenKind.RightBracket ? 0 : PositiveDuration("subquery selector");
        var close = Expect(TokenKind.RightBracket, "subquery selector", "\"]\"");
        if (expression.Kind != ValueKind.Vector)
            throw new PromQlException($"subquery is only allowed on instant vector, got {TypeCheck.Name(expression.Kind)} instead", expression.Start);
        return Read(index => new Subquery(expression.Start, close.End, index, default, expression, range, step));
    }

    long PositiveDuration(string context)
    {
        if (Current.Kind is not (TokenKind.Duration or TokenKind.Number))
            throw Unexpected(context, "number or duration such as 5m");
        var token = Take();
        var milliseconds = Milliseconds(token);
        return milliseconds > 0 ? milliseconds : throw new PromQlException("duration must be greater than 0", token.Start);
    }

    static long Milliseconds(Token token)
    {
        var milliseconds = Math.Round(Number(token) * 1000);
        const double Limit = 1e15;
        return Math.Abs(milliseconds) <= Limit ? (long)milliseconds : throw new PromQlException("duration out of range", token.Start);
    }

    Expr Shifted(Expr expression, Func<TimeShift, TimeShift> change)
    {
        var keyword = Current;
        if (expression is not Reading reading)
            throw new PromQlException($"{(keyword.Kind == TokenKind.At ? "@" : "offset")} modifier must be preceded by an instant vector selector or range vector selector or a subquery", keyword.Start);
        var shift = change(reading.Shift);
        return Replace(reading, reading with { Shift = shift, End = tokens[position - 1].End });
    }

    TimeShift Offset(TimeShift before)
    {
        var keyword = Take();
        var isNegative = Current.Kind == TokenKind.Subtract;
        if (isNegative || Current.Kind == TokenKind.Add)
            Take();
        if (Current.Kind is not (TokenKind.Duration or TokenKind.Number))
            throw Unexpected("offset", "number or duration such as 5m");
        if (before.HasOffset)
            throw new PromQlException("offset may not be set multiple times", keyword.Start);
        var milliseconds = Milliseconds(Take());
        return before with { Offset = isNegative ? -milliseconds : milliseconds, HasOffset = true };
    }

    TimeShift Anchor(TimeShift before)
    {
        var keyword = Take();
        if (before.Anchor != AtAnchor.None)
            throw new PromQlException("@ <timestamp> may not be set multiple times", keyword.Start);
        if (Current.IsWord("start") || Current.IsWord("end"))
        {
            var anchor = Take().IsWord("start") ? AtAnchor.Start : AtAnchor.End;
            Expect(TokenKind.LeftParen, "@", "\"(\"");
            Expect(TokenKind.RightParen, "@", "\")\"");
            return before with { Anchor = anchor };
        }
        var isNegative = Current.Kind == TokenKind.Subtract;
        if (isNegative || Current.Kind == TokenKind.Add)
            Take();
        if (Current.Kind is not (TokenKind.Number or TokenKind.Duration))
            throw Unexpected("@", "timestamp, start() or end()");
        var token = Take();
        if (!double.IsFinite(Number(token)))
            throw new PromQlException($"timestamp out of bounds for @ modifier: {token.Text}", token.Start);
        var milliseconds = Milliseconds(token);
        return before with { Anchor = AtAnchor.Instant, At = isNegative ? -milliseconds : milliseconds };
    }

    T Read<T>(Func<int, T> make) where T : Reading
    {
        var reading = make(readings.Count);
        readings.Add(reading);
        return reading;
    }

    Reading Replace(Reading old, Reading reading)
    {
        readings[old.Index] = reading;
        return reading;
    }
}
