using System.Globalization;

namespace OpsDashboard.Metrics.Collectors.Http;

/// <summary>Sizes as Prometheus writes them: 512KB, 15MB, 1GiB; both kinds of units count in 1024, as there.</summary>
public static class SizeText
{
    static readonly (string Unit, long Bytes)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("B", 1)];

    public static long? TryParse(string text)
    {
        var (unit, bytes) = Units.FirstOrDefault(candidate => text.EndsWith(candidate.Unit, StringComparison.Ordinal), ("", 1));
        return double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * bytes < long.MaxValue ? (long)(number * bytes) : null;
    }

    public static string Format(long bytes)
    {
        foreach (var (unit, size) in Units[..3].Reverse())
        {
            if (bytes >= size)
                return string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / size:0.#} {unit}");
        }
        return $"{bytes} B";
    }
}
