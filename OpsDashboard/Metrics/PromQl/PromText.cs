using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>Numbers and names as Prometheus writes them.</summary>
public static class PromText
{
    /// <summary>The shortest decimal that reads back as the same value, without exponent (Go's FormatFloat 'f', -1).</summary>
    public static string Number(double value)
    {
        var text = Special(value) ?? value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E');
        return exponent < 0 ? text : Plain(text.AsSpan(0, exponent), int.Parse(text.AsSpan(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    /// <summary>A value of the HTTP API: as <see cref="Number"/>, with an exponent below 1e-6 and from 1e21 on (util/jsonutil, MarshalFloat).</summary>
    public static string ApiNumber(double value)
    {
        var size = Math.Abs(value);
        if (!double.IsFinite(value) || size == 0 || size is >= 1e-6 and < 1e21)
            return Number(value);
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(text.AsSpan(text.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text[..text.IndexOf('E')]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}";
    }

    /// <summary>Bytes that <see cref="ApiNumber(double, Span{byte})"/> needs at most: 17 digits, and zeros up to 1e21.</summary>
    public const int LongestNumber = 32;

    /// <summary>As <see cref="ApiNumber(double)"/>, in UTF-8; answers the length.</summary>
    public static int ApiNumber(double value, Span<byte> text)
    {
        // Between these sizes .NET writes the same as Go, and no exponent.
        if (Math.Abs(value) is (>= 1e-4 and < 1e15) or 0.0 && value.TryFormat(text, out var written, "R", CultureInfo.InvariantCulture))
            return written;
        return Encoding.UTF8.GetBytes(ApiNumber(value), text);
    }

    /// <summary>As <see cref="Seconds(long)"/>, in UTF-8; answers the length.</summary>
    public static int Seconds(long milliseconds, Span<byte> text)
    {
        if (milliseconds < 0 || milliseconds % 1000 != 0)
            return Encoding.UTF8.GetBytes(Seconds(milliseconds), text);
        Utf8Formatter.TryFormat(milliseconds / 1000, text, out var written);
        return written;
    }

    /// <summary>Seconds with up to three decimals, as the HTTP API writes times.</summary>
    public static string Seconds(long milliseconds)
    {
        var size = Math.Abs(milliseconds);
        var fraction = size % 1000;
        var sign = milliseconds < 0 ? "-" : "";
        return fraction == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{size / 1000}")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{size / 1000}.{fraction:000}");
    }

    /// <summary>Whether a label may have this name: anything but the empty text, since Prometheus 3.</summary>
    public static bool IsLabelName(string name) => name.Length > 0;

    static string? Special(double value) =>
        double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : null;

    static string Plain(ReadOnlySpan<char> mantissa, int exponent)
    {
        var sign = mantissa[0] == '-' ? "-" : "";
        var digits = mantissa.ToString().Replace("-", "").Replace(".", "");
        return exponent < 0
            ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : $"{sign}{digits.PadRight(exponent + 1, '0')}";
    }
}
