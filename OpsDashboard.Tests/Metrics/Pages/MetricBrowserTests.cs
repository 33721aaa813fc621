using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Pages;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Pages;

public class MetricBrowserTests
{
    [Theory]
    [InlineData("load", MetricKind.Gauge, "load")]
    [InlineData("hits", MetricKind.Counter, "rate(hits[1m])")]
    [InlineData("hits_total", MetricKind.Unknown, "rate(hits_total[1m])")]
    [InlineData("wait_seconds_bucket", MetricKind.Histogram, "histogram_quantile(0.95, sum by (le) (rate(wait_seconds_bucket[1m])))")]
    [InlineData("wait_seconds_count", MetricKind.Histogram, "rate(wait_seconds_count[1m])")]
    [InlineData("dotted.name", MetricKind.Gauge, "{\"dotted.name\"}")]
    public void Metric_OfItsKind_SuggestsWhatIsWorthPlotting(string name, MetricKind kind, string expression)
    {
        var suggestion = new MetricEntry(name, kind, "", 1).Suggestion;
        Assert.Equal(expression, suggestion);
        new PromQlEngine(new FakeSamples(), TimeProvider.System).Parse(suggestion);
    }

    [Theory]
    [InlineData("wait_seconds", Unit.Seconds)]
    [InlineData("rate(sent_bytes_total[1m])", Unit.BytesPerSecond)]
    [InlineData("used_bytes", Unit.Bytes)]
    [InlineData("rate(hits_total[1m])", Unit.PerSecond)]
    [InlineData("rate(cpu_seconds_total[1m])", Unit.None)]
    [InlineData("histogram_quantile(0.95, sum by (le) (rate(wait_seconds_bucket[1m])))", Unit.Seconds)]
    [InlineData("used_bytes / size_bytes", Unit.None)]
    [InlineData("hit_ratio", Unit.Ratio)]
    public void Expression_ByItsNames_HasAUnit(string expression, Unit unit) => Assert.Equal(unit, MetricBrowser.UnitOf(expression));

    [Fact]
    public async Task List_OfAViewer_HoldsOnlyTheirSystemsMetrics()
    {
        var clock = new FakeTimeProvider();
        var samples = new FakeSamples();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        samples.Add(Labels.Of("wait_seconds_bucket", ("system", "shop"), ("le", "1")), now, 1);
        samples.Add(Labels.Of("wait_seconds_bucket", ("system", "shop"), ("le", "2")), now, 1);
        samples.Add(Labels.Of("secret_total", ("system", "game")), now, 1);
        samples.Add(Labels.Of("old_total", ("system", "shop")), now - 3_600_000, 1);
        samples.Describe(new("wait_seconds", MetricKind.Histogram, "How long one waits."));
        var listed = await new MetricBrowser(samples, clock).ListAsync(new("v", "V", ActorKind.Person, [new(Role.Viewer, "shop")]), default);
        Assert.Equal([new("wait_seconds_bucket", MetricKind.Histogram, "How long one waits.", 2)], listed);
    }
}
