using System.Globalization;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>Series as Prometheus' tests write them: <c>name{a="b"} 0+10x5 _x3 stale 7</c>. Histograms are not supported.</summary>
static class SeriesNotation
{
    /// <summary>More values than this are refused: a slip of the pen must not fill the memory.</summary>
    const int MostValues = 1_000_000;

    /// <summary>The identity at the start of a line and the text behind it.</summary>
    /// <exception cref="FormatException">The message says what is wrong.</exception>
    public static (Labels Labels, string Remainder) Identity(string line)
    {
        var end = line.IndexOf('{') is var brace and >= 0 && brace < (line.IndexOf(' ') is var space and >= 0 ? space : line.Length)
            ? EndOfBraces(line, brace)
            : line.IndexOf(' ') is var blank and >= 0 ? blank : line.Length;
        var text = line[..end];
        return (Parsed(text), line[end..].Trim());
    }

    /// <summary>The values in turn; null where there is a gap.</summary>
    /// <exception cref="FormatException">The message says what is wrong.</exception>
    public static List<double?> Values(string text)
    {
        var values = new List<double?>();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            Expand(word, values);
        return values;
    }

    /// <exception cref="FormatException">The text is neither a duration nor a number of seconds.</exception>
    public static long Milliseconds(string duration) =>
        (long)(PrometheusDuration.TryParse(duration) ?? TimeSpan.FromSeconds(double.Parse(duration, CultureInfo.InvariantCulture))).TotalMilliseconds;

    static Labels Parsed(string text)
    {
        if (text is "{}" or "")
            return Labels.Empty;
        try
        {
            return Labels.From(Parser.ParseSelector(text).Select(matcher => new Label(matcher.Name, matcher.Value)));
        }
        catch (Exception wrong) when (wrong is PromQlException or ArgumentException)
        {
            throw new FormatException($"'{text}' is no series: {wrong.Message}");
        }
    }

    static void Expand(string word, List<double?> values)
    {
        var times = word.LastIndexOf('x');
        var repeats = 0;
        if (times > 0 && (!int.TryParse(word.AsSpan(times + 1), NumberStyles.None, CultureInfo.InvariantCulture, out repeats) || repeats + values.Count > MostValues))
            throw new FormatException($"'{word}' repeats no number of times up to {MostValues}.");
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

    static double Number(string text) =>
        NumberSyntax.Value(text.TrimStart('+', '-')) is { } value ? text.StartsWith('-') ? -value : value : throw new FormatException($"'{text}' is no number.");

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
