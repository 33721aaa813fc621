using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors.Hosting;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Hosting;

public sealed class ReportedSeriesTests
{
    readonly MemoryAppender appender = new();
    readonly ReportedSeries reported = new();
    readonly List<PendingSample> markers = [];

    PendingSample At(long at, string metric) => new(appender.Resolve(Labels.Of(metric)), at, 1);

    void Compare(long at, params PendingSample[] samples)
    {
        markers.Clear();
        reported.Compare(samples, at, markers);
    }

    [Fact]
    public void Compare_SeriesMissing_EndsItOnceAndNamesItSilent()
    {
        Compare(1, At(1, "a"), At(1, "b"));
        Assert.Empty(markers);
        Compare(2, At(2, "b"));
        var marker = Assert.Single(markers);
        Assert.Equal(("a", 2L, true), (marker.Series.Labels.Metric, marker.At, StaleMarker.Is(marker.Value)));
        Compare(3, At(3, "b"));
        Assert.Empty(markers);
        var silent = Assert.Single(reported.Silent(3));
        Assert.Equal(("a", 1L), (silent.Labels.Metric, silent.LastSeenAt.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void Compare_SeriesReturns_IsNoLongerSilent()
    {
        Compare(1, At(1, "a"));
        Compare(2);
        Compare(3, At(3, "a"));
        Assert.Empty(reported.Silent(3));
        Compare(4);
        Assert.Single(markers);
    }

    [Fact]
    public void Compare_OtherOrder_EndsNothing()
    {
        Compare(1, At(1, "a"), At(1, "b"));
        Compare(2, At(2, "b"), At(2, "a"));
        Assert.Empty(markers);
    }

    [Fact]
    public void Compare_OwnStamp_GetsNoMarkerButIsSilent()
    {
        Compare(10, At(5, "a"));
        Compare(11);
        Assert.Empty(markers);
        Assert.Single(reported.Silent(11));
    }

    [Fact]
    public void Silent_AfterADay_IsForgotten()
    {
        Compare(1, At(1, "a"));
        Compare(2);
        Assert.Empty(reported.Silent(90_000_000));
        Assert.Equal(0, reported.SilentCount);
    }
}
