using OpsDashboard.Alerts;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class HealthHistoryTests
{
    static readonly Labels Shop = Labels.Of("system_health_state", ("system", "shop"));

    readonly FakeTimeProvider clock = new();
    readonly FakeSamples samples = new();

    [Fact]
    public async Task Cell_WithAMomentOfRed_IsRed_AndOneWithoutSamplesIsAGap()
    {
        var at = clock.GetUtcNow().AddMinutes(-40);
        samples.Add(Shop, at.ToUnixTimeMilliseconds(), (double)Health.Ok);
        samples.Add(Shop, at.AddSeconds(1).ToUnixTimeMilliseconds(), (double)Health.Critical);
        samples.Add(Shop, at.AddSeconds(2).ToUnixTimeMilliseconds(), (double)Health.Ok);

        var cells = await new HealthHistory(new PromQlEngine(samples, clock), clock).LastDayAsync("shop", default);

        Assert.Equal(HealthHistory.Cells, cells.Count);
        Assert.Equal(Health.Critical, cells.Single(cell => cell.From <= at && at < cell.From.AddMinutes(15)).Health);
        Assert.All(cells.Where(cell => cell.From.AddMinutes(15) <= at || cell.From > at), cell => Assert.Null(cell.Health));
    }

    [Fact]
    public async Task Day_IsReadFromSamples_NeverFromMeans()
    {
        samples.Add(Shop, clock.GetUtcNow().ToUnixTimeMilliseconds(), (double)Health.Ok);
        await new HealthHistory(new PromQlEngine(samples, clock), clock).LastDayAsync("shop", default);
        Assert.NotEmpty(samples.Asked);
        Assert.All(samples.Asked, options => Assert.True(options.RawOnly));
    }
}
