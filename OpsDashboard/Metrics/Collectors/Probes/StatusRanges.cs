using System.Globalization;

namespace OpsDashboard.Metrics.Collectors.Probes;

/// <summary>Which status codes are well: <c>&lt; 400</c> as <c>curl -f</c> judges, <c>200-299</c>, <c>204</c>, or several of them.</summary>
public sealed record StatusRanges(string Text)
{
    public static readonly StatusRanges Curl = new("< 400");

    readonly List<(int From, int To)> ranges = Parse(Text) ?? throw new ArgumentException($"{Text} is no range of status codes.", nameof(Text));

    public static StatusRanges? TryParse(string text) => Parse(text) is null ? null : new(text);

    public bool Contains(int status) => ranges.Any(range => status >= range.From && status <= range.To);

    public override string ToString() => Text;

    static List<(int, int)>? Parse(string text)
    {
        var ranges = new List<(int, int)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (ParseOne(part) is not { } range)
                return null;
            ranges.Add(range);
        }
        return ranges.Count > 0 ? ranges : null;
    }

    static (int, int)? ParseOne(string part)
    {
        foreach (var (sign, from, to) in new[] { ("<=", 0, 0), (">=", 0, 999), ("<", 0, -1), (">", 1, 999) })
        {
            if (part.StartsWith(sign, StringComparison.Ordinal))
                return Number(part[sign.Length..]) is not { } limit ? null : sign[0] == '<' ? (0, limit + to) : (limit + from, to);
        }
        var ends = part.Split('-');
        return ends.Length switch
        {
            1 => Number(ends[0]) is { } only ? (only, only) : null,
            2 => (Number(ends[0]), Number(ends[1])) is ({ } low, { } high) && low <= high ? (low, high) : null,
            _ => null,
        };
    }

    static int? Number(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 999 ? number : null;
}
