using System.Buffers;
using System.Globalization;
using System.Text;

namespace OpsDashboard.Metrics.PromQl.Parsing;

/// <summary>String literals with Go's escapes: \a \b \f \n \r \t \v \\, the quote, \ooo and \xhh (bytes), \uhhhh and \Uhhhhhhhh (code points).</summary>
static class QuotedText
{
    /// <exception cref="PromQlException">An escape that the language does not have.</exception>
    public static string Unquote(Token token)
    {
        var inner = token.Text.AsSpan(1, token.Text.Length - 2);
        if (token.Text[0] == '`' || !inner.Contains('\\'))
            return inner.ToString();
        var bytes = new ArrayBufferWriter<byte>(inner.Length * 3);
        for (var i = 0; i < inner.Length;)
        {
            if (inner[i] == '\\')
            {
                i = Escape(inner, i + 1, token, bytes);
                continue;
            }
            var run = inner[i..].IndexOf('\\');
            run = run < 0 ? inner.Length - i : run;
            Encoding.UTF8.GetBytes(inner.Slice(i, run), bytes);
            i += run;
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    static int Escape(ReadOnlySpan<char> text, int at, Token token, ArrayBufferWriter<byte> bytes)
    {
        if (at >= text.Length)
            throw new PromQlException("escape sequence not terminated", token.Start);
        switch (text[at])
        {
            case 'a': return Byte(bytes, 7, at);
            case 'b': return Byte(bytes, 8, at);
            case 'f': return Byte(bytes, 12, at);
            case 'n': return Byte(bytes, 10, at);
            case 'r': return Byte(bytes, 13, at);
            case 't': return Byte(bytes, 9, at);
            case 'v': return Byte(bytes, 11, at);
            case '\\': return Byte(bytes, (byte)'\\', at);
            case var quote when quote == token.Text[0]: return Byte(bytes, (byte)quote, at);
            case >= '0' and <= '7': return Coded(text, at, 3, 8, token, bytes);
            case 'x': return Coded(text, at + 1, 2, 16, token, bytes);
            case 'u': return Coded(text, at + 1, 4, 16, token, bytes);
            case 'U': return Coded(text, at + 1, 8, 16, token, bytes);
            default: throw new PromQlException($"unknown escape sequence \\{text[at]}", token.Start + at);
        }
    }

    static int Byte(ArrayBufferWriter<byte> bytes, byte value, int at)
    {
        bytes.GetSpan(1)[0] = value;
        bytes.Advance(1);
        return at + 1;
    }

    static int Coded(ReadOnlySpan<char> text, int at, int length, int radix, Token token, ArrayBufferWriter<byte> bytes)
    {
        var code = 0L;
        for (var i = at; i < at + length; i++)
        {
            var digit = i < text.Length ? "0123456789abcdef".IndexOf(char.ToLower(text[i], CultureInfo.InvariantCulture)) : -1;
            if (digit < 0 || digit >= radix)
                throw new PromQlException("illegal character in escape sequence", token.Start + Math.Min(i, text.Length));
            code = (code * radix) + digit;
        }
        var isByte = length <= 3;
        if (isByte ? code > 255 : !Rune.IsValid((int)Math.Min(code, int.MaxValue)))
            throw new PromQlException("escape sequence is an invalid Unicode code point", token.Start + at);
        if (isByte)
            Byte(bytes, (byte)code, at);
        else
            bytes.Advance(new Rune((int)code).EncodeToUtf8(bytes.GetSpan(4)));
        return at + length;
    }
}
