using System.Globalization;
using System.Text;

namespace OpsDashboard.Alerts.Templates;

/// <summary>Cuts a template into tokens, as Go's text/template/parse/lex.go: <c>{{-</c> and <c>-}}</c> trim the text beside them, <c>{{/* … */}}</c> is nothing.</summary>
sealed class Lexer(string template)
{
    readonly List<Token> tokens = [];
    int at;

    public static IReadOnlyList<Token> Read(string template)
    {
        var lexer = new Lexer(template);
        lexer.ReadText();
        return lexer.tokens;
    }

    public static TemplateException Error(string template, int at, string message)
    {
        var before = template.AsSpan(0, Math.Min(at, template.Length));
        return new(message, before.Count('\n') + 1, before.Length - (before.LastIndexOf('\n') + 1) + 1);
    }

    void ReadText()
    {
        var trimLeft = false;
        while (true)
        {
            var open = template.IndexOf("{{", at, StringComparison.Ordinal);
            var text = open < 0 ? template[at..] : template[at..open];
            if (trimLeft)
                text = text.TrimStart(' ', '\t', '\r', '\n');
            var trims = open >= 0 && HasTrim(open + 2);
            if (trims)
                text = text.TrimEnd(' ', '\t', '\r', '\n');
            if (text.Length > 0)
                tokens.Add(new(TokenKind.Text, text, at));
            if (open < 0)
                break;
            at = open + (trims ? 3 : 2);
            trimLeft = ReadAction(open);
        }
        tokens.Add(new(TokenKind.End, "", template.Length));
    }

    bool HasTrim(int position) => position + 1 < template.Length && template[position] == '-' && char.IsWhiteSpace(template[position + 1]);

    /// <summary>True when the text behind is to be trimmed.</summary>
    bool ReadAction(int open)
    {
        var start = at;
        while (start < template.Length && char.IsWhiteSpace(template[start]))
            start++;
        if (template.AsSpan(start).StartsWith("/*"))
            return SkipComment(open, start);
        tokens.Add(new(TokenKind.Open, "{{", open));
        while (true)
        {
            if (at >= template.Length)
                throw Error(template, open, "this action is not closed: }} is missing");
            var trims = char.IsWhiteSpace(template[at]) && template.AsSpan(at + 1).StartsWith("-}}");
            if (trims || template.AsSpan(at).StartsWith("}}"))
            {
                tokens.Add(new(TokenKind.Close, "}}", at));
                at += trims ? 4 : 2;
                return trims;
            }
            ReadToken();
        }
    }

    bool SkipComment(int open, int start)
    {
        var end = template.IndexOf("*/", start + 2, StringComparison.Ordinal);
        if (end < 0)
            throw Error(template, open, "this comment is not closed: */ is missing");
        at = end + 2;
        var trims = template.AsSpan(at).StartsWith(" -}}");
        if (!trims && !template.AsSpan(at).StartsWith("}}"))
            throw Error(template, at, "a comment must end with */}}");
        at += trims ? 4 : 2;
        return trims;
    }

    void ReadToken()
    {
        var (start, first) = (at, template[at]);
        switch (first)
        {
            case '|': Add(TokenKind.Pipe, 1); break;
            case ',': Add(TokenKind.Comma, 1); break;
            case '(': Add(TokenKind.LeftParen, 1); break;
            case ')': Add(TokenKind.RightParen, 1); break;
            case '=': Add(TokenKind.Assign, 1); break;
            case ':' when Next() == '=': Add(TokenKind.Declare, 2); break;
            case '"': tokens.Add(new(TokenKind.Quoted, ReadQuoted(), start)); break;
            case '`': tokens.Add(new(TokenKind.Quoted, ReadRaw(), start)); break;
            case '\'': tokens.Add(new(TokenKind.Number, ReadCharacter(), start)); break;
            case '$': tokens.Add(new(TokenKind.Variable, ReadName(1), start)); break;
            case '.' when char.IsLetter(Next()) || Next() == '_': tokens.Add(new(TokenKind.Field, ReadName(1)[1..], start)); break;
            case '.' when !char.IsAsciiDigit(Next()): Add(TokenKind.Dot, 1); break;
            case var space when char.IsWhiteSpace(space): SkipSpace(); break;
            case var letter when char.IsLetter(letter) || letter == '_': tokens.Add(new(TokenKind.Word, ReadName(0), start)); break;
            case var sign when char.IsAsciiDigit(sign) || sign is '+' or '-' or '.': tokens.Add(new(TokenKind.Number, ReadNumber(), start)); break;
            default: throw Error(template, at, $"unexpected character {first}");
        }
    }

    char Next() => at + 1 < template.Length ? template[at + 1] : '\0';

    void Add(TokenKind kind, int length)
    {
        tokens.Add(new(kind, template.Substring(at, length), at));
        at += length;
    }

    void SkipSpace()
    {
        var start = at;
        while (at < template.Length && char.IsWhiteSpace(template[at]) && !template.AsSpan(at + 1).StartsWith("-}}"))
            at++;
        if (at > start)
            tokens.Add(new(TokenKind.Space, " ", start));
    }

    string ReadName(int skip)
    {
        var start = at;
        at += skip;
        while (at < template.Length && (char.IsLetterOrDigit(template[at]) || template[at] == '_'))
            at++;
        return template[start..at];
    }

    string ReadNumber()
    {
        var start = at++;
        while (at < template.Length && (char.IsLetterOrDigit(template[at]) || template[at] is '.' or '_' || (template[at] is '+' or '-' && template[at - 1] is 'e' or 'E')))
            at++;
        return template[start..at];
    }

    string ReadRaw()
    {
        var end = template.IndexOf('`', at + 1);
        if (end < 0)
            throw Error(template, at, "this raw text is not closed: ` is missing");
        var text = template[(at + 1)..end];
        at = end + 1;
        return text;
    }

    string ReadCharacter()
    {
        var text = ReadEscaped('\'');
        return text.EnumerateRunes().Count() == 1 ? text.EnumerateRunes().First().Value.ToString(CultureInfo.InvariantCulture) : throw Error(template, at, "a character constant holds one character");
    }

    string ReadQuoted() => ReadEscaped('"');

    string ReadEscaped(char quote)
    {
        var start = at++;
        var text = new StringBuilder();
        while (at < template.Length && template[at] is var next && next != quote && next != '\n')
        {
            at++;
            text.Append(next == '\\' ? ReadEscape() : next.ToString());
        }
        if (at >= template.Length || template[at] != quote)
            throw Error(template, start, "this quoted text is not closed");
        at++;
        return text.ToString();
    }

    string ReadEscape()
    {
        var letter = at < template.Length ? template[at++] : '\0';
        return letter switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '\\' => "\\",
            '"' => "\"",
            '\'' => "'",
            'x' => ReadCode(2),
            'u' => ReadCode(4),
            'U' => ReadCode(8),
            _ => throw Error(template, at - 1, $"\\{letter} is no escape of a quoted text; use \\\\ for a backslash, or `…`"),
        };
    }

    string ReadCode(int digits)
    {
        if (at + digits > template.Length || !int.TryParse(template.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
            throw Error(template, at, $"an escape needs {digits} hexadecimal digits");
        at += digits;
        return new Rune(code).ToString();
    }
}
