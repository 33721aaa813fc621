using System.Globalization;
using System.Text.Json;
using OpsDashboard.Access;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>What expositions said of the metrics, those only that the actor can see series of.</summary>
static class MetadataOperations
{
    static readonly string[] Suffixes = ["", "_total", "_bucket", "_sum", "_count", "_info", "_created"];

    public static async Task<ApiAnswer> MetadataAsync(ApiCall call)
    {
        var limit = Number(call, "limit");
        var perMetric = Number(call, "limit_per_metric");
        var metric = call.Parameters.Text("metric");
        var described = call.Samples.Metadata.Values
            .Where(metadata => string.IsNullOrEmpty(metric) || metadata.Metric == metric)
            .OrderBy(metadata => metadata.Metric, StringComparer.Ordinal);
        var visible = await VisibleAsync(call);
        var listed = described
            .Where(metadata => visible is null || Suffixes.Any(suffix => visible.Contains(metadata.Metric + suffix)))
            .Take(limit ?? int.MaxValue)
            .ToList();
        return ApiAnswer.Ok(json => Write(json, listed, perMetric));
    }

    // Null: the actor may see all. Help texts do not say whose metric it is, the series do.
    static async Task<HashSet<string>?> VisibleAsync(ApiCall call)
    {
        if (call.Actor.May(Permission.ReadMetrics))
            return null;
        var everything = new LabelMatcher(Labels.NameLabel, MatchKind.Regex, ".+");
        var series = await call.Samples.SeriesAsync([everything], ApiParameters.Earliest, ApiParameters.Latest, call.Stop);
        return [.. series.Select(labels => labels.Metric)];
    }

    static int? Number(ApiCall call, string name)
    {
        if (call.Parameters.Text(name) is not { Length: > 0 } text)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw ApiError.BadData($"{name} must be a number");
        return number >= 0 ? number : null;
    }

    static void Write(Utf8JsonWriter json, List<MetricMetadata> listed, int? perMetric)
    {
        json.WriteStartObject();
        foreach (var metadata in listed)
        {
            json.WriteStartArray(metadata.Metric);
            if (perMetric is not 0)
            {
                json.WriteStartObject();
                json.WriteString("type", metadata.Kind.ToString().ToLowerInvariant());
                json.WriteString("help", metadata.Help);
                json.WriteString("unit", metadata.Unit);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
