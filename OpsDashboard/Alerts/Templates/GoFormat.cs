using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OpsDashboard.Alerts.Templates;

/// <summary>Numbers, times and printf as Go writes them (strconv/ftoa.go, fmt), so that a text reads here as it does in Prometheus.</summary>
static partial class GoFormat
{
    /// <summary>%v of a float: the fewest digits that read back, with an exponent below 1e-4 and from 1e6 on.</summary>
    public static string Shortest(double value)
    {
        if (Special(value) is { } special)
            return special;
        var (digits, point) = Digits(value.ToString("R", CultureInfo.InvariantCulture));
        return Write(value, digits, point, exponentFrom: 6);
    }

    /// <summary>%.{precision}g.</summary>
    public static string General(double value, int precision)
    {
        if (Special(value) is { } special)
            return special;
        precision = Math.Max(1, precision);
        var (digits, point) = Digits(value.ToString($"E{precision - 1}", CultureInfo.InvariantCulture));
        return Write(value, digits, point, precision > digits.Length && digits.Length >= point ? digits.Length : precision);
    }

    /// <summary>fmt.Sprint of a time in UTC.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + " +0000 UTC";

    /// <summary>The verbs that texts use: v s q d f e g t x and %%, with flags, width and precision. What does not fit is marked as Go marks it.</summary>
    public static string Printf(string format, IReadOnlyList<object?> arguments)
    {
        var next = 0;
        var text = Verb().Replace(format, match =>
        {
            if (match.Groups["verb"].Value == "%")
                return "%";
            if (next >= arguments.Count)
                return $"%!{match.Groups["verb"].Value}(MISSING)";
            return Padded(match, arguments[next++]);
        });
        return next < arguments.Count ? $"{text}%!(EXTRA {string.Join(", ", arguments.Skip(next).Select(extra => $"{Values.TypeName(extra)}={Values.Print(extra)}"))})" : text;
    }

    static string Padded(Match match, object? value)
    {
        var flags = match.Groups["flags"].Value;
        var precision = match.Groups["precision"] is { Success: true, ValueSpan: var digits } ? (digits.Length == 0 ? 0 : Math.Min(100, int.Parse(digits, CultureInfo.InvariantCulture))) : -1;
        var text = Formatted(match.Groups["verb"].Value[0], value, precision);
        if (flags.Contains('+') && value is long or double && text[0] != '-' && text[0] != '+')
            text = "+" + text;
        var width = match.Groups["width"].ValueSpan is { Length: > 0 } wide ? Math.Min(1000, int.Parse(wide, CultureInfo.InvariantCulture)) : 0;
        if (flags.Contains('-'))
            return text.PadRight(width);
        var sign = flags.Contains('0') && value is long or double && text[0] is '-' or '+' ? text[..1] : "";
        return flags.Contains('0') && value is long or double ? sign + text[sign.Length..].PadLeft(width - sign.Length, '0') : text.PadLeft(width);
    }

    static string Formatted(char verb, object? value, int precision) => (verb, value) switch
    {
        ('v', double number) when precision >= 0 => General(number, precision),
        ('v', _) => Values.Print(value),
        ('s', string text) => precision >= 0 && precision < text.Length ? text[..precision] : text,
        ('s', null) => "%!s(<nil>)",
        ('s', not (long or double or bool)) => Values.Print(value),
        ('q', string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"",
        ('d', long whole) => whole.ToString(CultureInfo.InvariantCulture),
        ('x', long whole) => whole < 0 ? $"-{-whole:x}" : $"{whole:x}",
        ('x', string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        ('t', bool flag) => flag ? "true" : "false",
        ('f' or 'F', double number) => Special(number) ?? number.ToString($"F{(precision < 0 ? 6 : precision)}", CultureInfo.InvariantCulture),
        ('e', double number) => Special(number) ?? Exponent(number.ToString($"E{(precision < 0 ? 6 : precision)}", CultureInfo.InvariantCulture)),
        ('g', double number) => precision < 0 ? Shortest(number) : General(number, precision),
        _ => $"%!{verb}({Values.TypeName(value)}={Values.Print(value)})",
    };

    static string? Special(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value == 0 ? (double.IsNegative(value) ? "-0" : "0") : null;

    /// <summary>The significant digits, and where the decimal point stands among them.</summary>
    static (string Digits, int Point) Digits(string text)
    {
        var mark = text.IndexOf('E');
        var exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = (mark < 0 ? text : text[..mark]).TrimStart('-');
        var point = mantissa.IndexOf('.') is >= 0 and var found ? found : mantissa.Length;
        var digits = mantissa.Replace(".", "");
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits[leading..].TrimEnd('0'), point - leading + exponent);
    }

    static string Write(double value, string digits, int point, int exponentFrom)
    {
        var sign = value < 0 ? "-" : "";
        var exponent = point - 1;
        if (exponent < -4 || exponent >= exponentFrom)
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        if (point <= 0)
            return $"{sign}0.{new string('0', -point)}{digits}";
        return point >= digits.Length ? $"{sign}{digits.PadRight(point, '0')}" : $"{sign}{digits[..point]}.{digits[point..]}";
    }

    // .NET writes at least three digits of an exponent, Go at least two.
    static string Exponent(string text)
    {
        var mark = text.IndexOf('E');
        return $"{text[..mark]}e{text[mark + 1]}{int.Parse(text.AsSpan(mark + 2), CultureInfo.InvariantCulture):00}";
    }

    [GeneratedRegex(@"%(?<flags>[-+# 0]*)(?<width>[0-9]*)(?:\.(?<precision>[0-9]*))?(?<verb>[a-zA-Z%])", RegexOptions.CultureInvariant)]
    private static partial Regex Verb();
}
