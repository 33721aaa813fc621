using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsDashboard.Objectives;

/// <summary>
/// Widens an expression to a period. A quantile or ratio of a month is computed from the month's counters and buckets, never averaged from the
/// quantiles of its minutes; that is possible where every range stands in a <c>rate(…[window])</c>: the window becomes the period.
/// </summary>
public static partial class PeriodExpression
{
    /// <returns>The widened expression, or null where the expression looks at an instant.</returns>
    public static string? Widen(string expression, TimeSpan period)
    {
        var bare = Quoted().Replace(expression, quoted => new string('_', quoted.Length));
        var ranges = Range().Matches(bare);
        if (ranges.Count == 0 || ranges.Count != RatedRange().Matches(bare).Count)
            return null;
        var window = $"[{Math.Max(1, (long)period.TotalSeconds).ToString(CultureInfo.InvariantCulture)}s]";
        var widened = expression;
        foreach (var range in ranges.Reverse())
            widened = widened[..range.Index] + window + widened[(range.Index + range.Length)..];
        return widened;
    }

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\[[0-9a-z]+\]", RegexOptions.CultureInvariant)]
    private static partial Regex Range();

    // rate(metric{…}[window]) and nothing between: not increase, whose value is the window's own sum, nor any *_over_time.
    [GeneratedRegex(@"\brate\(\s*[A-Za-z_:][A-Za-z0-9_:]*\s*(?:\{[^}]*\})?\s*\[[0-9a-z]+\]\s*\)", RegexOptions.CultureInvariant)]
    private static partial Regex RatedRange();
}
