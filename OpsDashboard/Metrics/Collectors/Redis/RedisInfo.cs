using System.Globalization;

namespace OpsDashboard.Metrics.Collectors.Redis;

/// <summary>The text of INFO: <c>key:value</c> lines under <c># Section</c> headings.</summary>
public sealed class RedisInfo
{
    readonly Dictionary<string, string> values = [];

    RedisInfo()
    {
    }

    public static RedisInfo Parse(string text)
    {
        var info = new RedisInfo();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length > 0 && line[0] != '#' && line.IndexOf(':') is > 0 and var colon)
                info.values[line[..colon].ToString()] = line[(colon + 1)..].ToString();
        }
        return info;
    }

    public double? Number(string key) =>
        values.TryGetValue(key, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Keys of each database: lines of the form <c>db0:keys=12,expires=3,avg_ttl=0</c>.</summary>
    public IEnumerable<(string Database, double Keys)> Keyspace()
    {
        foreach (var (key, value) in values)
        {
            if (key.StartsWith("db", StringComparison.Ordinal) && int.TryParse(key.AsSpan(2), out _) && value.StartsWith("keys=", StringComparison.Ordinal)
                && double.TryParse(value["keys=".Length..].Split(',')[0], CultureInfo.InvariantCulture, out var keys))
                yield return (key, keys);
        }
    }
}
