using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Tests.Metrics.PromQl;

/// <summary>Series as Prometheus' tests write them: <c>name{a="b"} 0+10x5 _ stale 7</c>.</summary>
static class SeriesNotation
{
    /// <summary>The identity at the start of a line and the text behind it.</summary>
    public static (Labels Labels, string Remainder) Identity(string line)
    {
        var end = line.IndexOf('{') is var brace and >= 0 && brace < (line.IndexOf(' ') is var space and >= 0 ? space : line.Length)
            ? EndOfBraces(line, brace)
            : line.IndexOf(' ') is var blank and >= 0 ? blank : line.Length;
        var text = line[..end];
        if (text is "{}")
            return (Labels.Empty, line[end..].Trim());
        var labels = Parser.ParseSelector(text).Select(matcher => new Label(matcher.Name, matcher.Value));
        return (Labels.From(labels), line[end..].Trim());
    }

    /// <summary>The values in turn; null where there is a gap.</summary>
    public static List<double?> Values(string text)
    {
        var values = new List<double?>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Expand(word, values);
        return values;
    }

    public static long Milliseconds(string duration) =>
        (long)(PrometheusDuration.TryParse(duration) ?? TimeSpan.FromSeconds(double.Parse(duration, System.Globalization.CultureInfo.InvariantCulture))).TotalMilliseconds;

    static void Expand(string word, List<double?> values)
    {
        var times = word.LastIndexOf('x');
        var repeats = times > 0 ? int.Parse(word[(times + 1)..]) : 0;
        var head = times > 0 ? word[..times] : word;
        if (head is "_")
        {
            values.AddRange(Enumerable.Repeat<double?>(null, Math.Max(1, repeats)));
            return;
        }
        if (head is "stale")
        {
            values.Add(StaleMarker.Value);
            return;
        }
        var sign = times > 0 ? head.LastIndexOfAny(['+', '-']) : -1;
        while (sign > 0 && head[sign - 1] is 'e' or 'E')
            sign = head.LastIndexOfAny(['+', '-'], sign - 1);
        var start = Number(sign > 0 ? head[..sign] : head);
        var step = sign > 0 ? Number(head[sign..]) : 0;
        for (var i = 0; i <= repeats; i++)
            values.Add(start + (step * i));
    }

    static double Number(string text)
    {
        var sign = text[0] == '-' ? -1 : 1;
        return sign * (NumberSyntax.Value(text.TrimStart('+', '-')) ?? throw new FormatException($"'{text}' is no number."));
    }

    static int EndOfBraces(string line, int brace)
    {
        var quoted = false;
        for (var i = brace; i < line.Length; i++)
        {
            if (line[i] == '"' && line[i - 1] != '\\')
                quoted = !quoted;
            if (line[i] == '}' && !quoted)
                return i + 1;
        }
        throw new FormatException($"'{line}' has no end of its labels.");
    }
}
