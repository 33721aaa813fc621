using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OpsDashboard.Catalogue;

/// <summary>Durations as Prometheus writes them (prometheus/common model.ParseDuration): units y, w, d, h, m, s, ms in falling order, each at most once.</summary>
public static partial class PrometheusDuration
{
    static readonly (string Unit, long Milliseconds)[] Units =
        [("y", 365L * 86_400_000), ("w", 7L * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    public static TimeSpan? TryParse(string text)
    {
        if (text == "0")
            return TimeSpan.Zero;
        var match = Pattern().Match(text);
        if (text.Length == 0 || !match.Success)
            return null;
        var total = 0.0;
        for (var i = 0; i < Units.Length; i++)
        {
            if (match.Groups[i + 1] is { Success: true } group)
                total += double.Parse(group.ValueSpan, CultureInfo.InvariantCulture) * Units[i].Milliseconds;
        }
        return total <= TimeSpan.MaxValue.TotalMilliseconds ? TimeSpan.FromMilliseconds(total) : null;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads back.</summary>
    public static string Format(TimeSpan duration)
    {
        var rest = (long)duration.TotalMilliseconds;
        if (rest == 0)
            return "0s";
        var text = new StringBuilder();
        foreach (var (unit, milliseconds) in Units)
        {
            if (rest / milliseconds is var count and > 0 && (unit is not ("y" or "w") || rest % milliseconds == 0))
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
                rest -= count * milliseconds;
            }
        }
        return text.ToString();
    }

    [GeneratedRegex(@"^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
