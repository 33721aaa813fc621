using System.Globalization;

namespace OpsDashboard.Metrics.Charts;

/// <summary>
/// How a figure is written: <c>162 MB</c>, <c>0.82 s</c>, <c>0.04 %</c>, <c>1 204</c>, <c>–</c> where there is none.
/// js/parts/units.js says the same in the browser; a test holds both to one table.
/// </summary>
public static class UnitFormat
{
    public const string None = "–";

    const char ThinSpace = '\u202f';
    const string Space = "\u00a0";

    /// <param name="decimals">Null: as many as the size of the value needs.</param>
    public static string Text(double? value, Unit unit, int? decimals = null)
    {
        if (value is not { } number || double.IsNaN(number))
            return None;
        if (double.IsInfinity(number))
            return number > 0 ? "∞" : "-∞";
        var (scale, suffix) = Scale(number, unit);
        var text = Number(number / scale, decimals);
        return suffix.Length == 0 ? text : suffix[0] == '/' ? text + suffix : text + Space + suffix;
    }

    /// <summary>The unit as a word beside a title, e.g. <c>MB</c> has none because it depends on the value.</summary>
    public static string Name(Unit unit) => unit.ToString() is var name ? char.ToLowerInvariant(name[0]) + name[1..] : "";

    static (double Scale, string Suffix) Scale(double value, Unit unit) => unit switch
    {
        Unit.Seconds => Seconds(Math.Abs(value)),
        Unit.Bytes => Bytes(Math.Abs(value), ""),
        Unit.BytesPerSecond => Bytes(Math.Abs(value), "/s"),
        Unit.Ratio => (0.01, "%"),
        Unit.Percent => (1, "%"),
        Unit.PerSecond => (1, "/s"),
        Unit.FramesPerSecond => (1, "fps"),
        Unit.Gwei => (1, "gwei"),
        Unit.Days => (1, "d"),
        _ => (1, ""),
    };

    static (double, string) Seconds(double size) => size switch
    {
        0 => (1, "s"),
        < 0.001 => (0.000001, "µs"),
        < 0.1 => (0.001, "ms"),
        < 120 => (1, "s"),
        < 7200 => (60, "min"),
        < 172800 => (3600, "h"),
        _ => (86400, "d"),
    };

    static (double, string) Bytes(double size, string per) => size switch
    {
        < 1e3 => (1, "B" + per),
        < 1e6 => (1e3, "kB" + per),
        < 1e9 => (1e6, "MB" + per),
        < 1e12 => (1e9, "GB" + per),
        _ => (1e12, "TB" + per),
    };

    static string Number(double value, int? decimals)
    {
        var size = Math.Abs(value);
        var places = decimals ?? (size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.01 || size == 0 ? 2 : 4);
        var text = Math.Round(value, places, MidpointRounding.AwayFromZero).ToString($"F{places}", CultureInfo.InvariantCulture);
        if (decimals is null && text.Contains('.'))
            text = text.TrimEnd('0').TrimEnd('.');
        return Grouped(text.StartsWith('-') && text.AsSpan(1).IndexOfAnyExcept('0', '.') < 0 ? text[1..] : text);
    }

    // A thin space every three digits before the point, from five characters on as from four: 1 204.
    static string Grouped(string text)
    {
        var point = text.IndexOf('.');
        var end = point < 0 ? text.Length : point;
        var start = text[0] == '-' ? 1 : 0;
        for (var at = end - 3; at > start; at -= 3)
            text = text.Insert(at, ThinSpace.ToString());
        return text;
    }
}
