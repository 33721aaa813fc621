using OpsDashboard.Access;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Alerts.Evaluation;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Trials;

public sealed class UsualRangeTests
{
    static readonly Actor Ada = new("ada", "Ada", ActorKind.Person, [new(Role.Viewer, "shop")]);

    [Fact]
    public async Task Usual_OfADay_LeavesOneOfAHundredOutOnEachSide()
    {
        var bench = new RuleBench(RuleBench.Alert("a > 0"));
        for (var minute = 0; minute < 1440; minute++)
        {
            bench.Sample(minute * 60, "a", minute == 701 ? 1000 : minute % 100, ("system", "shop"));
            bench.Sample(minute * 60, "a", 5000, ("system", "game"));
        }
        var usual = await Of(bench, 1439 * 60).ReadAsync(Ada, "a", TimeSpan.FromDays(1), default);
        Assert.Equal([39, 1000, 1], new[] { usual.Now, usual.Highest, usual.Lowest });
        Assert.InRange(usual.High!.Value, 96, 99);
        Assert.InRange(usual.Median!.Value, 45, 55);
        Assert.InRange(usual.Known, TimeSpan.FromHours(23.5), TimeSpan.FromHours(24.1));
    }

    [Fact]
    public async Task Usual_OfNothing_IsNone_OfAWrongExpression_SaysWhy()
    {
        var usual = Of(new(RuleBench.Alert("a > 0")), 0);
        Assert.Equal(UsualValues.None, await usual.ReadAsync(Ada, "a", TimeSpan.FromDays(1), default));
        await Assert.ThrowsAsync<PromQlException>(() => usual.ReadAsync(Ada, "a[5m]", TimeSpan.FromDays(1), default));
        await Assert.ThrowsAsync<PromQlException>(() => usual.ReadAsync(Ada, "sum(", TimeSpan.FromDays(1), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => usual.ReadAsync(Actor.Stranger(null), "a", TimeSpan.FromDays(1), default));
    }

    static UsualRange Of(RuleBench bench, int second)
    {
        var clock = new FakeTimeProvider();
        clock.Advance(TimeSpan.FromSeconds(second));
        return new(bench.Setting.PromQl, clock);
    }
}
