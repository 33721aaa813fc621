using System.Globalization;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Charts;

/// <summary>Reads colour bands: <c>bands: { warning: "&gt;= 0.05", critical: "&gt; 0.2" }</c>.</summary>
public static class BandYaml
{
    static readonly (string Sign, Comparison Comparison)[] Signs =
        [("<=", Comparison.AtMost), (">=", Comparison.AtLeast), ("<", Comparison.Below), (">", Comparison.Above)];

    public static Bands ReadBands(this YamlMap map)
    {
        if (map.Map("bands") is not { } bands)
            return Bands.None;
        var read = new Bands(ReadLimit(bands, "warning"), ReadLimit(bands, "critical"));
        bands.RejectUnknownKeys();
        return read;
    }

    static BandLimit? ReadLimit(YamlMap bands, string key)
    {
        if (bands.Text(key) is not { } text)
            return null;
        foreach (var (sign, comparison) in Signs)
        {
            if (text.StartsWith(sign, StringComparison.Ordinal) && double.TryParse(text.AsSpan(sign.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                return new(comparison, value);
        }
        bands.Report(key, $"`{key}: {text}` is not a limit.", $"Write an operator and a number, for example `{key}: \">= 0.8\"`.");
        return null;
    }
}
