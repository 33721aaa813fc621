using System.Globalization;
using System.Text.Json;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Json;

/// <summary>How one metric is taken from a document: <c>{ metric, path, labels, kind, help, scale, values }</c>.</summary>
/// <param name="Path">See <see cref="JsonPath"/>.</param>
/// <param name="Labels">Constant text; <c>$1</c>, what the first wildcard stood for; or <c>@.name</c>, a place in the item of the last wildcard.</param>
/// <param name="Values">What words count as; numbers, true and false need none.</param>
public sealed record JsonMapping(string Metric, string Path, IReadOnlyDictionary<string, string> Labels, MetricKind Kind, string Help, double Scale, IReadOnlyDictionary<string, double> Values)
{
    readonly JsonPath path = JsonPath.TryParse(Path) ?? throw new ArgumentException($"{Path} is no JSON path.", nameof(Path));

    public static IReadOnlyList<JsonMapping> Read(YamlMap target) => [.. target.Maps("metrics").Select(ReadOne).OfType<JsonMapping>()];

    /// <summary>Adds a sample for each place that holds a number.</summary>
    public void Apply(JsonElement document, CollectContext context, ref int left)
    {
        var labels = new (string, string)[Labels.Count];
        foreach (var match in path.Select(document))
        {
            if (ValueOf(match.Value) is not { } value || left <= 0)
                continue;
            left--;
            var i = 0;
            foreach (var (name, source) in Labels)
                labels[i++] = (name, LabelOf(source, match));
            context.Add(Metric, value * Scale, labels);
        }
    }

    double? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String when Values.TryGetValue(value.GetString()!, out var meaning) => meaning,
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    static string LabelOf(string source, JsonMatch match)
    {
        if (source.StartsWith('$') && int.TryParse(source.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var capture))
            return capture >= 1 && capture <= match.Captures.Count ? match.Captures[capture - 1] : "";
        if (source.StartsWith('@') && JsonPath.TryParse(source) is { } within)
            return within.Find(match.Item) is { } found ? JsonFigure.TextOf(found) : "";
        return source;
    }

    static JsonMapping? ReadOne(YamlMap map)
    {
        var before = map.ErrorCount;
        var (metric, path) = (map.Required("metric"), map.Required("path"));
        if (path.Length > 0 && JsonPath.TryParse(path) is null)
            map.Report("path", $"`path: {path}` is no JSON path.", "Write for example `$.rooms[*].players`.");
        if (metric.Length > 0 && !metric.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or ':'))
            map.Report("metric", $"`metric: {metric}` is no metric's name.", "Use letters, digits and underscores.");
        var values = new Dictionary<string, double>();
        foreach (var word in map.Map("values") is { } words ? words.Keys : [])
            values[word] = map.Map("values")!.Number(word) ?? 0;
        var labels = map.TextMap("labels");
        var (kind, help, scale) = (map.Choice<MetricKind>("kind") ?? MetricKind.Gauge, map.Text("help") ?? "", map.Number("scale") ?? 1);
        map.RejectUnknownKeys();
        return map.ErrorCount == before ? new(metric, path, labels, kind, help, scale, values) : null;
    }
}
