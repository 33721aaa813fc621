using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

public sealed class ThinningTests
{
    [Fact]
    public void MinMax_KeepsEndsSpikesAndOrder()
    {
        var times = Enumerable.Range(0, 100_000).Select(i => i * 1000L).ToArray();
        var values = times.Select(at => Math.Sin(at / 1e6)).ToArray();
        (values[31_337], values[70_001]) = (99, -99);

        var (thinTimes, thinValues) = Thinning.MinMax(times, values, 1000);

        Assert.InRange(thinTimes.Length, 500, 1000);
        Assert.Equal((times[0], times[^1]), (thinTimes[0], thinTimes[^1]));
        Assert.Contains(99.0, thinValues);
        Assert.Contains(-99.0, thinValues);
        Assert.Equal(thinTimes.Distinct().Order(), thinTimes);
        Assert.All(thinTimes.Zip(thinValues), point => Assert.Equal(values[point.First / 1000], point.Second));
    }

    [Fact]
    public void MinMax_Gap_StaysAGap()
    {
        var times = Enumerable.Range(0, 10_000).Select(i => (long)i).ToArray();
        var values = times.Select(at => at % 2 == 0 ? 1.0 : 2).ToArray();
        values[5000] = StaleMarker.Value;

        var (thinTimes, thinValues) = Thinning.MinMax(times, values, 300);

        Assert.InRange(thinTimes.Length, 100, 300);
        Assert.Single(thinValues, StaleMarker.Is);
    }

    [Fact]
    public void MinMax_FewPoints_AreUntouched()
    {
        Assert.Equal([1, 2, 3], Thinning.MinMax([1, 2, 3], [4, 5, 6], 4).Times);
        Assert.Empty(Thinning.MinMax([], [], 4).Times);
        Assert.Throws<ArgumentOutOfRangeException>(() => Thinning.MinMax([], [], 3));
    }
}
