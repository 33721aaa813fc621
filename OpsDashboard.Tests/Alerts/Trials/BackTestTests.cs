using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Tests.Alerts.Evaluation;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Trials;

public sealed class BackTestTests
{
    static readonly DateTimeOffset Start = RuleBench.Start;
    static readonly Actor Ada = new("ada", "Ada", ActorKind.Person, [new(Role.Viewer, "shop")]);

    /// <summary>The answer is what the evaluator itself found, second by second.</summary>
    [Fact]
    public async Task BackTest_OnHistory_FindsWhatTheEvaluatorFound()
    {
        var random = new Random(3);
        var rule = RuleBench.Alert("avg_over_time(a[10s]) > 50", TimeSpan.FromSeconds(5)) with { KeepFiringFor = TimeSpan.FromSeconds(4), Extras = new() { Recovery = 40 } };
        var bench = new RuleBench(rule);
        for (var second = 0; second < 1200; second++)
        {
            foreach (var pod in new[] { "x", "y" })
                bench.Sample(second, "a", 45 + (30 * Math.Sin((second + pod[0]) / 40.0)) + random.Next(20), ("system", "shop"), ("pod", pod));
        }
        var expected = new List<(Labels, DateTimeOffset?, DateTimeOffset?)>();
        for (var second = 0; second <= 1200; second++)
        {
            foreach (var change in await bench.AtAsync(second))
            {
                if (change.Now.State == AlertState.Resolved)
                    expected.Add((change.Now.Labels, change.Now.FiredAt, change.Now.ResolvedAt));
            }
        }
        expected.AddRange(bench.Open.Where(alert => alert.State == AlertState.Firing).Select(alert => (alert.Labels, alert.FiredAt, alert.ResolvedAt)));

        var answer = await Test(bench).RunAsync(Ada, "shop", rule, Start, Start.AddSeconds(1200), TimeSpan.FromSeconds(1), default);
        Assert.Null(answer.Error);
        Assert.Equal((1201, TimeSpan.FromSeconds(1)), (answer.Evaluations, answer.Step));
        Assert.True(answer.Firings > 5);
        Assert.Equal(expected.OrderBy(each => each.Item2).ThenBy(each => each.Item1.Fingerprint),
            answer.Alerts.Where(alert => alert.FiredAt is not null).Select(alert => (alert.Labels, alert.FiredAt, alert.ResolvedAt)).OrderBy(each => each.FiredAt).ThenBy(each => each.Labels.Fingerprint));
    }

    [Fact]
    public async Task BackTest_SeesOnlyWhatTheActorMayRead()
    {
        var bench = new RuleBench(RuleBench.Alert("a > 0")).Sample(0, "a", 1, ("system", "shop")).Sample(0, "a", 1, ("system", "game"));
        var answer = await Test(bench).RunAsync(Ada, "shop", RuleBench.Alert("a > 0"), Start, Start.AddSeconds(10), TimeSpan.FromSeconds(1), default);
        Assert.Equal("shop", Assert.Single(answer.Alerts).Labels["system"]);
        await Assert.ThrowsAsync<AccessDeniedException>(() => Test(bench).RunAsync(Ada, "game", RuleBench.Alert("a > 0"), Start, Start.AddSeconds(10), TimeSpan.FromSeconds(1), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => Test(bench).RunAsync(Actor.Stranger(null), "shop", RuleBench.Alert("a > 0"), Start, Start.AddSeconds(10), TimeSpan.FromSeconds(1), default));
    }

    [Fact]
    public async Task BackTest_LongSpan_TakesLongerStepsAndSaysSo()
    {
        var bench = new RuleBench(RuleBench.Alert("a > 0")).Sample(0, "a", 1, ("system", "shop"));
        var answer = await Test(bench).RunAsync(Ada, "shop", RuleBench.Alert("a > 0"), Start, Start.AddDays(2), TimeSpan.FromSeconds(1), default);
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Step);
        Assert.Single(answer.Alerts);
    }

    [Theory]
    [InlineData("a + on() a", "found duplicate series")]
    [InlineData("sum(", "unclosed")]
    public async Task BackTest_RuleThatFails_SaysWhy(string expression, string expected)
    {
        var bench = new RuleBench(RuleBench.Alert("a")).Sample(0, "a", 1, ("i", "1"), ("system", "shop")).Sample(0, "a", 1, ("i", "2"), ("system", "shop"));
        Assert.Contains(expected, (await Test(bench).RunAsync(Ada, "shop", RuleBench.Alert(expression), Start, Start.AddSeconds(5), TimeSpan.FromSeconds(1), default)).Error);
        await Assert.ThrowsAsync<InvalidInputException>(() => Test(bench).RunAsync(Ada, "shop", RuleBench.Alert("a"), Start, Start, TimeSpan.FromSeconds(1), default));
    }

    static BackTest Test(RuleBench bench) => new(bench.Setting.PromQl, TimeProvider.System);
}
