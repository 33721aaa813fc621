using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Pages;

namespace OpsDashboard.Shell.Systems;

/// <summary>Charts for a system of which nobody has said yet what matters: the first metrics of its own that it was seen to have.</summary>
static class FoundPanels
{
    // What every collector and the dashboard itself add, and what every exporter says of itself.
    static readonly string[] Surrounding = ["collector_", "scrape_", "ALERTS", "log_lines_total", "system_health_", "component_health_"];
    static readonly string[] OfTheExporter = ["go_", "process_", "promhttp_", "python_", "dotnet_", "nodejs_", "jvm_"];

    /// <summary>In the order of their names, what the exporter says of itself last.</summary>
    public static IReadOnlyList<Panel> Of(IReadOnlyList<MetricEntry> metrics, string systemId)
    {
        var own = metrics.Where(metric => metric.Name != "up" && !Begins(metric, Surrounding) && SaysSomething(metric, metrics));
        return [.. own.OrderBy(metric => Begins(metric, OfTheExporter)).Select(metric => PanelOf(metric, systemId))];
    }

    static bool Begins(MetricEntry metric, string[] prefixes) => Array.Exists(prefixes, prefix => metric.Name.StartsWith(prefix, StringComparison.Ordinal));

    // A histogram is one chart, made of its buckets; what is always 1 or a date is none.
    static bool SaysSomething(MetricEntry metric, IReadOnlyList<MetricEntry> all) => metric.Name switch
    {
        var name when Ends(name, "_info") || Ends(name, "_created") => false,
        var name when Ends(name, "_sum") => all.All(other => other.Name != $"{name[..^4]}_bucket"),
        var name when Ends(name, "_count") => all.All(other => other.Name != $"{name[..^6]}_bucket"),
        _ => true,
    };

    static bool Ends(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal);

    static Panel PanelOf(MetricEntry metric, string systemId)
    {
        var expression = metric.SuggestionFor(systemId);
        return new(metric.Name, metric.Name, MetricBrowser.UnitOf(expression), [new(expression)], [], Bands.None, metric.Help.Length > 0 ? metric.Help : null);
    }
}
