using System.Globalization;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.PromQl.Parsing;

/// <summary>
/// Number and duration literals as Prometheus reads them: Go's strconv.ParseInt with base 0 first (0x1F, 0o17, 017), then a decimal float;
/// underscores between digits; since 2.54 a duration stands for its seconds.
/// </summary>
static class NumberSyntax
{
    /// <summary>How many characters form a number, or 0.</summary>
    public static int Number(ReadOnlySpan<char> text)
    {
        var isHex = text.Length > 1 && text[0] == '0' && text[1] is 'x' or 'X';
        var length = isHex ? Hexadecimal(text) : Decimal(text);
        return length > 0 && (length == text.Length || !IsWordCharacter(text[length])) ? length : 0;
    }

    /// <summary>How many characters form a duration such as 1h30m, or 0.</summary>
    public static int Duration(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && IsWordCharacter(text[length]))
            length++;
        return length > 0 && PrometheusDuration.TryParse(text[..length].ToString()) is not null ? length : 0;
    }

    /// <summary>The value of a number or duration literal; null where it is none.</summary>
    public static double? Value(string literal)
    {
        var digits = literal.Replace("_", "");
        if (digits.Equals("inf", StringComparison.OrdinalIgnoreCase))
            return double.PositiveInfinity;
        if (digits.Equals("nan", StringComparison.OrdinalIgnoreCase))
            return double.NaN;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        if (IsOctal(digits))
            return Convert.ToInt64(digits, 8);
        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value))
            return value;
        return PrometheusDuration.TryParse(literal)?.TotalSeconds;
    }

    static bool IsOctal(string digits) => digits.Length is > 1 and < 20 && digits[0] == '0' && !digits.AsSpan().ContainsAnyExceptInRange('0', '7');

    static int Hexadecimal(ReadOnlySpan<char> text)
    {
        var length = 2;
        while (length < text.Length && (char.IsAsciiHexDigit(text[length]) || text[length] == '_'))
            length++;
        return length > 2 && text[length - 1] != '_' ? length : 0;
    }

    static int Decimal(ReadOnlySpan<char> text)
    {
        var length = Digits(text, 0);
        if (length < text.Length && text[length] == '.')
            length = Digits(text, length + 1);
        if (length < text.Length && text[length] is 'e' or 'E')
        {
            var exponent = length + 1;
            if (exponent < text.Length && text[exponent] is '+' or '-')
                exponent++;
            var end = Digits(text, exponent);
            if (end == exponent)
                return 0;
            length = end;
        }
        return length > 0 && text[length - 1] != '_' ? length : 0;
    }

    static int Digits(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length && (char.IsAsciiDigit(text[from]) || (text[from] == '_' && from > 0 && char.IsAsciiDigit(text[from - 1]))))
            from++;
        return from;
    }

    static bool IsWordCharacter(char c) => c == '_' || char.IsAsciiLetterOrDigit(c);
}
