using System.Globalization;
using System.Text.RegularExpressions;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Editing;

/// <summary>Figures as people type them: <c>150 MB</c>, <c>5 %</c>, <c>500 ms</c>, <c>0.05</c>, <c>150e6</c>; all of them in base units.</summary>
public static partial class FigureText
{
    static readonly Dictionary<string, double> Scales = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["%"] = 0.01,
        ["ms"] = 1e-3,
        ["s"] = 1,
        ["min"] = 60,
        ["h"] = 3600,
        ["d"] = 86400,
        ["B"] = 1,
        ["kB"] = 1e3,
        ["MB"] = 1e6,
        ["GB"] = 1e9,
        ["TB"] = 1e12,
        ["KiB"] = 1024,
        ["MiB"] = 1024 * 1024,
        ["GiB"] = 1024L * 1024 * 1024,
        ["k"] = 1e3,
        ["M"] = 1e6,
        ["G"] = 1e9,
        ["/s"] = 1,
        ["fps"] = 1,
    };

    /// <summary>The number, or null where the text is none.</summary>
    public static double? Read(string text)
    {
        var match = Shape().Match(text.Trim());
        return match.Success && Scales.TryGetValue(match.Groups[2].Value, out var scale) && double.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? Exact(number, scale)
            : null;
    }

    /// <summary>With its unit where that says exactly the same, else as a plain number.</summary>
    public static string Write(double value, Unit unit)
    {
        var text = UnitFormat.Text(value, unit).Replace('\u00a0', ' ').Replace("\u202f", "");
        return Read(text) == value ? text : PromText.Number(value);
    }

    /// <summary>A sentence that names a limit, with the new one in its place; as it is where it does not name it.</summary>
    public static string Renamed(string sentence, double before, double now, Unit unit)
    {
        foreach (var (old, next) in new[] { (Write(before, unit), Write(now, unit)), (Write(before, unit).Replace(" ", ""), Write(now, unit).Replace(" ", "")), (PromText.Number(before), PromText.Number(now)) })
        {
            var place = sentence.LastIndexOf(old, StringComparison.Ordinal);
            if (place >= 0 && IsWhole(sentence, place, old.Length))
                return sentence[..place] + next + sentence[(place + old.Length)..];
        }
        return sentence;
    }

    static bool IsWhole(string text, int from, int length) =>
        (from == 0 || !(char.IsLetterOrDigit(text[from - 1]) || text[from - 1] == '.')) && (from + length == text.Length || !char.IsLetterOrDigit(text[from + length]));

    // 5 % is 0.05 and not 0.050000000000000003.
    static double Exact(double number, double scale) => scale >= 1 || Math.Abs(number) > 1e20 ? number * scale : (double)((decimal)number * (decimal)scale);

    [GeneratedRegex(@"^([-+]?[0-9][0-9.]*(?:[eE][-+]?[0-9]+)?)\s*([A-Za-z%/]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
