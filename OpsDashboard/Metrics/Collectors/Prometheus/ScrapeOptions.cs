using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors.Http;
using OpsDashboard.Metrics.Collectors.Relabelling;

namespace OpsDashboard.Metrics.Collectors.Prometheus;

/// <summary>The keys of a <c>scrape_config</c> besides name, interval, time-out and targets. A limit of 0 is none.</summary>
public sealed record ScrapeOptions
{
    /// <summary>Longest body that is read where the target sets no limit of its own: nobody's exposition fills the memory.</summary>
    public const long DefaultBodySizeLimit = 64L << 20;

    public string MetricsPath { get; init; } = "/metrics";
    public string Scheme { get; init; } = "http";
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
    public bool HonorLabels { get; init; }
    public bool HonorTimestamps { get; init; } = true;
    public long BodySizeLimit { get; init; } = DefaultBodySizeLimit;
    public int SampleLimit { get; init; }
    public int LabelLimit { get; init; }
    public int LabelNameLengthLimit { get; init; }
    public int LabelValueLengthLimit { get; init; }
    public IReadOnlyList<RelabelRule> Relabelling { get; init; } = [];
    public IReadOnlyList<RelabelRule> MetricRelabelling { get; init; } = [];
    public HttpAccess Access { get; init; } = new();

    public static ScrapeOptions Read(YamlMap target)
    {
        var scheme = target.Text("scheme") ?? "http";
        if (scheme is not ("http" or "https"))
            target.Report("scheme", $"`scheme: {scheme}` is not known.", "Write `http` or `https`.");
        return new()
        {
            MetricsPath = target.Text("metrics_path") ?? "/metrics",
            Scheme = scheme,
            Parameters = ReadParameters(target),
            HonorLabels = target.Flag("honor_labels") ?? false,
            HonorTimestamps = target.Flag("honor_timestamps") ?? true,
            BodySizeLimit = ReadSize(target, "body_size_limit"),
            SampleLimit = ReadLimit(target, "sample_limit"),
            LabelLimit = ReadLimit(target, "label_limit"),
            LabelNameLengthLimit = ReadLimit(target, "label_name_length_limit"),
            LabelValueLengthLimit = ReadLimit(target, "label_value_length_limit"),
            Relabelling = RelabelRules.Read(target, "relabel_configs"),
            MetricRelabelling = RelabelRules.Read(target, "metric_relabel_configs"),
            Access = HttpAccess.Read(target),
        };
    }

    static Dictionary<string, string> ReadParameters(YamlMap target)
    {
        var map = target.Map("params");
        var parameters = new Dictionary<string, string>();
        foreach (var name in map?.Keys ?? [])
        {
            var values = map!.Texts(name);
            if (values.Count > 1)
                map.Report(name, $"The parameter `{name}` has {values.Count} values.", "Only one value can be sent.");
            parameters[name] = values.FirstOrDefault("");
        }
        return parameters;
    }

    static int ReadLimit(YamlMap target, string key)
    {
        var limit = target.Integer(key) ?? 0;
        if (limit < 0)
            target.Report(key, $"`{key}: {limit}` is less than nothing.", "Write 0 for no limit.");
        return limit;
    }

    static long ReadSize(YamlMap target, string key)
    {
        if (target.Text(key) is not { } text)
            return DefaultBodySizeLimit;
        if (SizeText.TryParse(text) is { } size)
            return size == 0 ? DefaultBodySizeLimit : size;
        target.Report(key, $"`{key}: {text}` is not a size.", "Write for example `15MB`.");
        return DefaultBodySizeLimit;
    }
}
