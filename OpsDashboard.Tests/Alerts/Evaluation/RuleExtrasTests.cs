using OpsDashboard.Alerts;
using OpsDashboard.Metrics;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Evaluation;

public sealed class RuleExtrasTests
{
    [Fact]
    public async Task Recovery_ValueBetweenTheLines_GoesOnFiringButDoesNotBegin()
    {
        var bench = Bench("a > 5", new() { Recovery = 3 }, 4, 6, 4, 3.5, 3, 4);
        Assert.Equal(["", "Firing", "Firing", "Firing", "", ""], await StatesAsync(bench, 6));
    }

    [Fact]
    public async Task Recovery_BelowIsBad_Works()
    {
        var bench = Bench("50 > a", new() { Recovery = 55 }, 52, 49, 54, 55);
        Assert.Equal(["", "Firing", "Firing", ""], await StatesAsync(bench, 4));
    }

    [Fact]
    public async Task Levels_ValueRises_IsOneAlertOfRisingSeverity()
    {
        var bench = Bench("a > 5", new() { Levels = [new("critical", 9)] }, 6, 10, 10, 7, 1);
        bench.Sample(0, "other", 1);
        var changes = new List<AlertChange>();
        for (var second = 0; second < 5; second++)
            changes.AddRange(await bench.AtAsync(second));
        Assert.Equal([(AlertState.Firing, "warning"), (AlertState.Firing, "critical"), (AlertState.Firing, "warning"), (AlertState.Resolved, "warning")], changes.Select(change => (change.Now.State, change.Now.Severity)));
        Assert.Single(changes.Select(change => change.Now.Id).Distinct());
        Assert.Equal("", await bench.AskAsync("ALERTS", 4));
        Assert.Equal("ALERTS{alertname=\"A\",alertstate=\"firing\",severity=\"critical\",system=\"shop\"} 1", await bench.AskAsync("ALERTS", 2));
    }

    [Fact]
    public async Task Matches_ThreeOfFive_FiresWithGapsBetween()
    {
        var bench = Bench("a > 5", new() { Matches = new(3, 5) }, 6, 1, 6, 1, 6, 1, 1, 1, 1);
        Assert.Equal(["", "", "", "", "Firing", "", "", "", ""], await StatesAsync(bench, 9));
    }

    [Fact]
    public async Task NoData_Keep_StaysAsItWas()
    {
        var bench = Bench("a > 5", new() { NoData = NoDataPolicy.Keep }, 6, StaleMarker.Value, StaleMarker.Value, 1);
        Assert.Equal(["Firing", "Firing", "Firing", ""], await StatesAsync(bench, 4));
        Assert.Contains("firing", await bench.AskAsync("ALERTS", 2));
    }

    [Fact]
    public async Task NoData_Resolve_IsPrometheusWay() =>
        Assert.Equal(["Firing", ""], await StatesAsync(Bench("a > 5", new(), 6, StaleMarker.Value), 2));

    [Fact]
    public async Task NoData_Fire_IsAnAlertOfItsOwn()
    {
        var bench = Bench("a > 5", new() { NoData = NoDataPolicy.Fire }, 1, StaleMarker.Value, 1);
        Assert.Empty(await bench.AtAsync(0));
        var fired = Assert.Single(await bench.AtAsync(1)).Now;
        Assert.Equal((AlertState.Firing, "No samples: what A watches is not there", "shop"), (fired.State, fired.Summary, fired.SystemId));
        Assert.Equal(AlertState.Resolved, Assert.Single(await bench.AtAsync(2)).Now.State);
    }

    [Fact]
    public async Task Guard_WithoutTraffic_DoesNotCount()
    {
        var bench = new RuleBench(RuleBench.Alert("ratio > 0.5") with { Extras = new() { Guard = "sum by (system) (traffic) > 10" } })
            .Sample(0, "ratio", 1, ("system", "shop"), ("pod", "a")).Sample(0, "ratio", 1, ("system", "game"), ("pod", "a"))
            .Sample(0, "traffic", 100, ("system", "shop")).Sample(0, "traffic", 1, ("system", "game")).Sample(1, "traffic", 2, ("system", "shop"));
        Assert.Equal("shop", Assert.Single(await bench.AtAsync(0)).Now.SystemId);
        Assert.Equal(AlertState.Resolved, Assert.Single(await bench.AtAsync(1)).Now.State);
    }

    [Fact]
    public async Task Off_IsListedButNotEvaluated()
    {
        var bench = new RuleBench(RuleBench.Alert("a > 0") with { Extras = new() { Off = "wrong" } }).Sample(0, "a", 1);
        Assert.Empty(await bench.AtAsync(0));
        Assert.Equal((RuleHealth.Unknown, null), (Assert.Single(bench.Status.Rules).Health, bench.Status.Rules[0].EvaluatedAt));
    }

    static RuleBench Bench(string expression, RuleExtras extras, params double[] values)
    {
        var bench = new RuleBench(RuleBench.Alert(expression, severity: "warning") with { Extras = extras });
        for (var i = 0; i < values.Length; i++)
            bench.Sample(i, "a", values[i]);
        return bench;
    }

    static async Task<string[]> StatesAsync(RuleBench bench, int seconds)
    {
        var states = new string[seconds];
        for (var second = 0; second < seconds; second++)
        {
            await bench.AtAsync(second);
            states[second] = bench.Open is [var alert] ? $"{alert.State}" : "";
        }
        return states;
    }
}
