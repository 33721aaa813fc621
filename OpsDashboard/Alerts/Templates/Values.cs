using System.Globalization;
using System.Text;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts.Templates;

/// <summary>An element of a query's answer, as <c>query</c> gives it to a template.</summary>
sealed record SampleValue(IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>
/// What a template can hold: null, bool, long, double, text, <see cref="DateTimeOffset"/>, a dictionary with texts for keys, a list, <see cref="SampleValue"/>
/// and the <see cref="TemplateData"/> itself. Conversions as Go's text/template and Prometheus' template.go make them.
/// </summary>
static class Values
{
    public static IReadOnlyDictionary<string, string> Of(Labels labels) => labels.ToDictionary(label => label.Name, label => label.Value);

    /// <summary>Go's truth: nothing, zero and what is empty are false.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        long whole => whole != 0,
        double number => number != 0,
        string text => text.Length > 0,
        IReadOnlyList<object?> list => list.Count > 0,
        IReadOnlyDictionary<string, string> map => map.Count > 0,
        IReadOnlyDictionary<string, object?> map => map.Count > 0,
        _ => true,
    };

    /// <summary>A field or key; what is not there is the empty text in a map of texts.</summary>
    public static object? Field(object? value, string name) => (value, name) switch
    {
        (TemplateData data, "Labels") => data.LabelMap,
        (TemplateData data, "ExternalLabels") => data.External,
        (TemplateData data, "ExternalURL") => data.ExternalUrl,
        (TemplateData data, "Value") => data.Value,
        (SampleValue sample, "Labels") => sample.Labels,
        (SampleValue sample, "Value") => sample.Value,
        (IReadOnlyDictionary<string, string> map, _) => map.GetValueOrDefault(name, ""),
        (IReadOnlyDictionary<string, object?> map, _) => map.GetValueOrDefault(name),
        (null, _) => throw new ArgumentException($"nil has no field {name}"),
        _ => throw new ArgumentException($"can't evaluate field {name} in type {TypeName(value)}"),
    };

    /// <exception cref="ArgumentException">It is no number.</exception>
    public static double Number(object? value) => value switch
    {
        double number => number,
        long whole => whole,
        TimeSpan duration => duration.TotalSeconds,
        string text => NumberOf(text),
        _ => throw new ArgumentException($"can't convert {TypeName(value)} to float"),
    };

    public static string Text(object? value) => value as string ?? throw new ArgumentException($"expected string; found {TypeName(value)}");

    /// <summary>How an action prints a value: Go's %v.</summary>
    public static string Print(object? value) => value switch
    {
        null => "<no value>",
        string text => text,
        bool flag => flag ? "true" : "false",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number => GoFormat.Shortest(number),
        DateTimeOffset at => GoFormat.Time(at),
        IReadOnlyList<object?> list => $"[{string.Join(' ', list.Select(Print))}]",
        IReadOnlyDictionary<string, string> map => Map(map.Select(pair => (pair.Key, (object?)pair.Value))),
        IReadOnlyDictionary<string, object?> map => Map(map.Select(pair => (pair.Key, pair.Value))),
        SampleValue sample => $"{{{Print(sample.Labels)} {Print(sample.Value)}}}",
        _ => value.ToString() ?? "",
    };

    public static string TypeName(object? value) => value switch
    {
        null => "nil",
        string => "string",
        bool => "bool",
        long => "int",
        double => "float64",
        DateTimeOffset => "time",
        IReadOnlyList<object?> => "list",
        SampleValue => "sample",
        TemplateData => "data",
        _ => "map",
    };

    static double NumberOf(string text) => text.Trim() switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var digits when double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && char.IsAsciiDigit(digits[^1]) => number,
        _ => throw new ArgumentException($"\"{text}\" is no number"),
    };

    static string Map(IEnumerable<(string Key, object? Value)> pairs)
    {
        var text = new StringBuilder("map[");
        foreach (var (key, value) in pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(text.Length > 4 ? " " : "").Append(key).Append(':').Append(Print(value));
        return text.Append(']').ToString();
    }

    /// <summary>The elements of an answer as a list of samples.</summary>
    public static IReadOnlyList<object?> Of(QueryResult answer) =>
        [.. answer.Series.Select(series => (object?)new SampleValue(Of(series.Labels), series.Samples[^1].Value))];
}
