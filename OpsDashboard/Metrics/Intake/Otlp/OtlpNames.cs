using System.Text;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>
/// Names of OpenTelemetry as Prometheus' OTLP receiver writes them (strategy UnderscoreEscapingWithSuffixes; OpenTelemetry specification,
/// "Prometheus and OpenMetrics Compatibility"): unit and <c>_total</c> appended, what no name may hold replaced by underscores.
/// </summary>
static class OtlpNames
{
    static readonly Dictionary<string, string> Units = new()
    {
        ["d"] = "days",
        ["h"] = "hours",
        ["min"] = "minutes",
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["GiBy"] = "gibibytes",
        ["TiBy"] = "tibibytes",
        ["KBy"] = "kilobytes",
        ["MBy"] = "megabytes",
        ["GBy"] = "gigabytes",
        ["TBy"] = "terabytes",
        ["m"] = "meters",
        ["V"] = "volts",
        ["A"] = "amperes",
        ["J"] = "joules",
        ["W"] = "watts",
        ["g"] = "grams",
        ["Cel"] = "celsius",
        ["Hz"] = "hertz",
        ["1"] = "",
        ["%"] = "percent",
    };

    static readonly Dictionary<string, string> PerUnits = new()
    {
        ["s"] = "second",
        ["m"] = "minute",
        ["h"] = "hour",
        ["d"] = "day",
        ["w"] = "week",
        ["mo"] = "month",
        ["y"] = "year",
    };

    /// <summary>The metric's name; empty where nothing of it can stand in a name.</summary>
    public static string Metric(string name, string unit, MetricKind kind)
    {
        var words = Words(name);
        if (words.Count == 0)
            return "";
        var (main, per) = UnitWords(unit);
        if (main.Length > 0 && !words.Contains(main))
            words.Add(main);
        if (per.Length > 0 && !words.Contains(per))
            words.Add(per);
        if (kind == MetricKind.Counter)
            MoveToEnd(words, "total");
        // Senders count things with the unit 1 by mistake, so only gauges become ratios.
        if (kind == MetricKind.Gauge && unit == "1")
            MoveToEnd(words, "ratio");
        var text = string.Join('_', words);
        return char.IsAsciiDigit(text[0]) ? $"_{text}" : text;
    }

    /// <summary>The label's name; empty where nothing of it can stand in a name.</summary>
    public static string Label(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            text.Append(rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value) ? (char)rune.Value : '_');
        var label = text.ToString();
        if (label.All(character => character == '_'))
            return "";
        if (char.IsAsciiDigit(label[0]))
            return $"key_{label}";
        return label[0] == '_' && label[1] != '_' ? $"key{label}" : label;
    }

    static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && (char.IsAsciiLetterOrDigit(name[i]) || name[i] == ':'))
                continue;
            if (i > start)
                words.Add(name[start..i]);
            start = i + 1;
        }
        return words;
    }

    // A unit in braces is an annotation, not a unit.
    static (string Main, string Per) UnitWords(string unit)
    {
        var parts = unit.Split('/', 2);
        var main = parts[0].Trim();
        var per = parts.Length > 1 ? parts[1].Trim() : "";
        return (IsAnnotation(main) ? "" : Clean(Units.GetValueOrDefault(main, main)),
            per.Length == 0 || IsAnnotation(per) ? "" : Clean($"per_{PerUnits.GetValueOrDefault(per, per)}") is var word and not "per" ? word : "");
    }

    static bool IsAnnotation(string unit) => unit.AsSpan().IndexOfAny('{', '}') >= 0;

    static string Clean(string unit) => string.Join('_', Words(unit));

    static void MoveToEnd(List<string> words, string word)
    {
        words.RemoveAll(other => other == word);
        words.Add(word);
    }
}
