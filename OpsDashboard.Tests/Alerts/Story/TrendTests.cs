using OpsDashboard.Alerts.Story;
using OpsDashboard.Metrics;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Story;

public sealed class TrendTests
{
    static IReadOnlyList<Sample> Line(Func<double, double> value, int count = 30) => [.. Enumerable.Range(0, count).Select(i => new Sample(i * 10_000L, value(i / 6.0)))];

    [Fact]
    public void Trend_OfARisingLine_SaysHowFastAndWhen()
    {
        var trend = Trend.Of(Line(minutes => 150 + (4.1 * minutes)));

        Assert.Equal((TrendWay.Rising, 4.1), (trend.Way, Math.Round(trend.PerMinute, 6)));
        Assert.Equal(10, trend.Until(159, 200)!.Value.TotalMinutes, 6);
        Assert.Null(trend.Until(159, 150));
        Assert.Equal(200, trend.NextRound(162));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(3.0)]
    public void Trend_OfNoiseAroundALevel_IsSteady(double noise)
    {
        var random = new Random(7);
        var trend = Trend.Of(Line(_ => 100 + (noise * (random.NextDouble() - 0.5))));
        Assert.Equal(Trend.Steady, trend);
        Assert.Null(trend.NextRound(100));
        Assert.Null(trend.Until(100, 200));
    }

    [Fact]
    public void Trend_OfTooLittleOrOfGaps_IsSteady()
    {
        Assert.Equal(Trend.Steady, Trend.Of([]));
        Assert.Equal(Trend.Steady, Trend.Of(Line(minutes => minutes, count: 5)));
        Assert.Equal(Trend.Steady, Trend.Of(Line(_ => double.NaN)));
        Assert.Equal(Trend.Steady, Trend.Of([.. Enumerable.Repeat(new Sample(5, 1), 10)]));
    }

    [Fact]
    public void Trend_FurtherThanADay_IsNotForetold() =>
        Assert.Null(Trend.Of(Line(minutes => 1000 + (10 * minutes))).Until(1000, 1000 + (10 * 60 * 24) + 1));

    [Theory]
    [InlineData(162, 1, 200)]
    [InlineData(198, 1, 500)]
    [InlineData(0.031, 1, 0.05)]
    [InlineData(57, -1, 50)]
    [InlineData(52, -1, 20)]
    [InlineData(-3, -1, -5)]
    public void NextRound_LiesOnTheWay_AtLeastATenthAway(double value, int sign, double expected) =>
        Assert.Equal(expected, new Trend(sign > 0 ? TrendWay.Rising : TrendWay.Falling, sign).NextRound(value)!.Value, 9);
}
