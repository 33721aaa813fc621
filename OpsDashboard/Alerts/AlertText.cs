using System.Globalization;
using System.Text.RegularExpressions;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts;

/// <summary>
/// Fills <c>{{ $value | humanize }}</c> and <c>{{ $labels.x }}</c> in annotations: the part of Prometheus' template language
/// (docs: "Template reference", functions humanize, humanize1024, humanizeDuration, humanizePercentage) that the shipped rules use.
/// What it does not know stays as written, so that a mistake is seen.
/// </summary>
public static partial class AlertText
{
    public static string Expand(string template, Labels labels, double value) =>
        Placeholder().Replace(template, match => Fill(match, labels, value));

    static string Fill(Match match, Labels labels, double value)
    {
        var parts = match.Groups[1].Value.Split('|', StringSplitOptions.TrimEntries);
        if (parts[0].StartsWith("$labels.", StringComparison.Ordinal) && parts.Length == 1)
            return labels[parts[0]["$labels.".Length..]] ?? "";
        if (parts[0] != "$value")
            return match.Value;
        return parts.Length == 1 ? Plain(value) : Format(parts[1], value) ?? match.Value;
    }

    static string? Format(string function, double value) => function switch
    {
        "humanize" => Humanize(value, 1000, ["", "k", "M", "G", "T", "P", "E"], ["", "m", "u", "n"]),
        "humanize1024" => Humanize(value, 1024, ["", "ki", "Mi", "Gi", "Ti", "Pi"], [""]),
        "humanizePercentage" => $"{Plain(value * 100)}%",
        "humanizeDuration" => Duration(value),
        _ => null,
    };

    /// <summary>Four significant digits, as the template functions print (%.4g).</summary>
    static string Plain(double value) => double.IsFinite(value) ? double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("0.############", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    static string Humanize(double value, double step, string[] large, string[] small)
    {
        if (value == 0 || !double.IsFinite(value))
            return Plain(value);
        var index = 0;
        if (Math.Abs(value) >= 1)
        {
            for (; index < large.Length - 1 && Math.Abs(value) >= step; index++)
                value /= step;
            return Plain(value) + large[index];
        }
        for (; index < small.Length - 1 && Math.Abs(value) < 1; index++)
            value *= step;
        return Plain(value) + small[index];
    }

    static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
            return Plain(seconds);
        if (Math.Abs(seconds) < 1)
            return $"{Plain(seconds * 1000)}ms";
        if (Math.Abs(seconds) < 60)
            return $"{Plain(seconds)}s";
        var span = TimeSpan.FromSeconds(Math.Abs(seconds));
        var sign = seconds < 0 ? "-" : "";
        return span.Days > 0 ? $"{sign}{span.Days}d {span.Hours}h {span.Minutes}m {span.Seconds}s"
            : span.Hours > 0 ? $"{sign}{span.Hours}h {span.Minutes}m {span.Seconds}s"
            : $"{sign}{span.Minutes}m {span.Seconds}s";
    }

    [GeneratedRegex(@"\{\{\s*(.*?)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
