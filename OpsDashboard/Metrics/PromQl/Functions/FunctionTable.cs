using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>The stable functions of Prometheus 3 by name (promql/parser/functions.go). A family a file.</summary>
static class FunctionTable
{
    static readonly Dictionary<string, Function> ByName =
        new IEnumerable<Function>[] { RateFunctions.All, OverTimeFunctions.All, TrendFunctions.All, MathFunctions.All, VectorFunctions.All, LabelFunctions.All, TimeFunctions.All, HistogramFunctions.All }
            .SelectMany(family => family)
            .ToDictionary(function => function.Name, StringComparer.Ordinal);

    static readonly HashSet<string> Experimental =
    [
        "double_exponential_smoothing", "end", "histogram_quantiles", "info", "mad_over_time", "max_of", "min_of", "range", "sort_by_label",
        "sort_by_label_desc", "start", "start_timestamp", "step", "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time",
        "limitk", "limit_ratio",
    ];

    /// <summary>Names in order, for completion.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    public static Function? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Known to Prometheus behind a feature flag only.</summary>
    public static bool IsExperimental(string name) => Experimental.Contains(name);

    public static Function Range(string name, RangeFunction body, bool keepsName = false) =>
        new(name, ValueKind.Vector, [ValueKind.Matrix], 1, 1, new RangeBody(body, keepsName));
}
