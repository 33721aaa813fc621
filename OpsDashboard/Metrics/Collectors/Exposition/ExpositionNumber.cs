using System.Globalization;

namespace OpsDashboard.Metrics.Collectors.Exposition;

/// <summary>Numbers as expositions write them: what Go's <c>ParseFloat</c> reads, without hexadecimal and underscores, as Prometheus' parser.</summary>
static class ExpositionNumber
{
    // Clinger's fast path: mantissa and power of ten are exact in a double, so one rounding gives the nearest value.
    const ulong MaxExactMantissa = 1UL << 53;

    static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    public static bool TryParse(ReadOnlySpan<byte> token, out double value) => TryParseShort(token, out value) || TryParseAny(token, out value);

    static bool TryParseShort(ReadOnlySpan<byte> token, out double value)
    {
        value = 0;
        var i = 0;
        var isNegative = token.Length > 0 && token[0] == (byte)'-';
        if (isNegative)
            i++;
        ulong mantissa = 0;
        var digits = 0;
        var scale = 0;
        var afterPoint = false;
        for (; i < token.Length; i++)
        {
            var digit = (uint)(token[i] - '0');
            if (digit <= 9)
            {
                mantissa = mantissa * 10 + digit;
                digits++;
                scale += afterPoint ? 1 : 0;
            }
            else if (token[i] == (byte)'.' && !afterPoint)
            {
                afterPoint = true;
            }
            else
            {
                return false;
            }
        }
        if (digits is 0 or > 18 || mantissa > MaxExactMantissa)
            return false;
        value = mantissa / PowersOfTen[scale];
        if (isNegative)
            value = -value;
        return true;
    }

    static bool TryParseAny(ReadOnlySpan<byte> token, out double value)
    {
        value = 0;
        if (token.Length == 0)
            return false;
        var unsigned = token[0] is (byte)'+' or (byte)'-' ? token[1..] : token;
        if (Is(unsigned, "inf"u8) || Is(unsigned, "infinity"u8))
        {
            value = token[0] == (byte)'-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }
        if (Is(unsigned, "nan"u8))
        {
            value = double.NaN;
            return unsigned.Length == token.Length;
        }
        return unsigned.Length > 0 && unsigned[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'.'
            && double.TryParse(token, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    static bool Is(ReadOnlySpan<byte> token, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(token, word);
}
