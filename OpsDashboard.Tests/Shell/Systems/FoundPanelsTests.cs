using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Pages;
using OpsDashboard.Shell.Systems;
using Xunit;

namespace OpsDashboard.Tests.Shell.Systems;

public sealed class FoundPanelsTests
{
    static MetricEntry Metric(string name, MetricKind kind = MetricKind.Gauge) => new(name, kind, "", 1);

    [Fact]
    public void Of_WhatTheCollectorAddsOrIsNoFigure_IsLeftOut()
    {
        var panels = FoundPanels.Of([Metric("up"), Metric("collector_samples"), Metric("system_health_state"), Metric("log_lines_total"), Metric("build_info"), Metric("beans_created"), Metric("beans_total", MetricKind.Counter)], "coffee");
        Assert.Equal("rate(beans_total{system=\"coffee\"}[1m])", Assert.Single(panels).Queries[0].Expression);
    }

    [Fact]
    public void Of_Histogram_IsOneChartOfItsBuckets()
    {
        var panels = FoundPanels.Of([Metric("brew_seconds_bucket", MetricKind.Histogram), Metric("brew_seconds_count"), Metric("brew_seconds_sum"), Metric("queue_count")], "coffee");
        Assert.Equal(["brew_seconds_bucket", "queue_count"], panels.Select(panel => panel.Id));
        Assert.StartsWith("histogram_quantile(0.95", panels[0].Queries[0].Expression, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_WhatTheExporterSaysOfItself_ComesLast() =>
        Assert.Equal(["water_celsius", "go_threads"], FoundPanels.Of([Metric("go_threads"), Metric("water_celsius")], "coffee").Select(panel => panel.Id));
}
