using OpsDashboard.Alerts.Story;
using OpsDashboard.Metrics.Charts;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Story;

public sealed class MeasureTests
{
    static readonly StoryWorld World = new(
        StoryWorld.Panel("Memory", Unit.Bytes, "sum(heap_bytes)", new ChartLine(LineKind.Limit, 150e6, "limit"), new ChartLine(LineKind.Target, 100e6, "target")),
        StoryWorld.Panel("Memory of one", Unit.Count, "heap_bytes", new ChartLine(LineKind.Limit, 99, "another limit")));

    static Measure Of(string condition) => Measure.Of(condition, World.PromQl, World.Shop);

    [Theory]
    [InlineData("sum by (component) (open) >= sum by (component) (most)", "sum by (component) (open)")]
    [InlineData("((open >= most))", "open")]
    [InlineData("open > bool most", "open > bool most")]
    [InlineData("open > most and open > 10", "open > most and open > 10")]
    [InlineData("10 < open", "open")]
    public void Of_ConditionThatComparesTwoSeries_MeasuresItsLeft(string condition, string measured) => Assert.Equal(measured, Of(condition).Expression);

    [Fact]
    public void Of_WhatAPanelShowsWithTheSameLimit_HasItsTitleUnitAndTarget()
    {
        var measure = Of("max by (component) (heap_bytes{system=\"shop\"}) > 150e6");
        Assert.Equal(("Memory", Unit.Bytes, 100e6), (measure.Title, measure.Unit, measure.Target));
        Assert.Equal(("max by (component) (heap_bytes{system=\"shop\"})", 150e6), (measure.Expression, measure.Form!.Threshold));
    }

    [Theory]
    [InlineData("heap_bytes > 200e6")]
    [InlineData("heap_bytes + other_bytes > 150e6")]
    public void Of_WhatNoPanelShowsSo_IsToldByItsNames(string condition) => Assert.Equal((null, Unit.Bytes), (Of(condition).Title, Of(condition).Unit));

    [Theory]
    [InlineData("wait_seconds > 2", Unit.Seconds)]
    [InlineData("histogram_quantile(0.95, sum by (le) (rate(wait_seconds_bucket[1m]))) > 2", Unit.Seconds)]
    [InlineData("load_ratio > 0.9", Unit.Ratio)]
    [InlineData("load_percent > 90", Unit.Percent)]
    [InlineData("bad_total / all_total > 0.05", Unit.Ratio)]
    [InlineData("a_seconds / b_seconds > 3", Unit.None)]
    [InlineData("rate(requests_total[1m]) > 3", Unit.None)]
    [InlineData("increase(read_bytes_total[5m]) > 3", Unit.None)]
    [InlineData("wait_seconds + heap_bytes > 3", Unit.None)]
    public void Of_UnitOfTheNames(string condition, Unit unit) => Assert.Equal(unit, Of(condition).Unit);

    [Theory]
    [InlineData("a > 1 or b > 2")]
    [InlineData("absent(up)")]
    public void Of_ConditionWithoutOneLine_MeasuresItself(string condition) => Assert.Equal((condition, null), (Of(condition).Expression, Of(condition).Form));

    [Fact]
    public void MetricsOf_NamesWhatIsRead_AndNothingOfWhatIsNoExpression()
    {
        Assert.Equal(["a", "b"], Measure.MetricsOf("sum(a) / b{x=\"1\"} + {__name__=~\"c.*\"}", World.PromQl).Order());
        Assert.Empty(Measure.MetricsOf("sum(", World.PromQl));
    }
}
