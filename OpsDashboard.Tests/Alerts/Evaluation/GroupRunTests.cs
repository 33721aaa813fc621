using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Metrics;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Evaluation;

public sealed class GroupRunTests
{
    static readonly long Since = RuleBench.Start.ToUnixTimeSeconds();

    [Fact]
    public async Task Alert_PendingThenFiringThenGone_WritesItsSeriesAsPrometheusDoes()
    {
        var bench = new RuleBench(RuleBench.Alert("heap > 5", TimeSpan.FromSeconds(2))).Sample(0, "heap", 7, ("system", "shop"), ("pod", "a"));
        const string Own = "alertname=\"A\",pod=\"a\",severity=\"critical\",system=\"shop\"";

        await bench.AtAsync(0);
        Assert.Equal($"ALERTS{{alertname=\"A\",alertstate=\"pending\",pod=\"a\",severity=\"critical\",system=\"shop\"}} 1", await bench.AskAsync("ALERTS", 0));
        await bench.AtAsync(2);
        Assert.Equal($"ALERTS{{alertname=\"A\",alertstate=\"firing\",pod=\"a\",severity=\"critical\",system=\"shop\"}} 1", await bench.AskAsync("ALERTS", 2));
        Assert.Equal($"ALERTS_FOR_STATE{{{Own}}} {Since}", await bench.AskAsync("ALERTS_FOR_STATE", 2));
        Assert.Equal("It is 7", Assert.Single(bench.Open).Summary);

        bench.Sample(3, "heap", 1, ("system", "shop"), ("pod", "a"));
        await bench.AtAsync(3);
        Assert.Equal("", await bench.AskAsync("ALERTS or ALERTS_FOR_STATE", 3));
    }

    [Fact]
    public async Task RecordingRule_BeforeAnAlert_IsSeenByItInTheSameRound()
    {
        var bench = new RuleBench(
            new RecordingRule("job:heap:sum", "sum by (pod) (heap)", new Dictionary<string, string> { ["kind"] = "sum" }, "f", 1) { Id = "shop/g/job:heap:sum" },
            RuleBench.Alert("job:heap:sum > 10")).Sample(0, "heap", 6, ("pod", "a"), ("i", "1")).Sample(0, "heap", 7, ("pod", "a"), ("i", "2"));

        Assert.Single(await bench.AtAsync(0));
        Assert.Equal("job:heap:sum{kind=\"sum\",pod=\"a\",system=\"shop\"} 13", await bench.AskAsync("job:heap:sum", 0));
        Assert.Equal("shop", Assert.Single(bench.Open).SystemId);

        bench.Sample(1, "heap", StaleMarker.Value, ("pod", "a"), ("i", "1")).Sample(1, "heap", StaleMarker.Value, ("pod", "a"), ("i", "2"));
        await bench.AtAsync(1);
        Assert.Equal("", await bench.AskAsync("job:heap:sum", 1));
    }

    [Fact]
    public async Task Rule_ThatCannotBeEvaluated_IsFailingAndKeepsItsAlertsAndTheOthersGoOn()
    {
        var bench = new RuleBench(RuleBench.Alert("a > 0 or (a and on() (b + on(x) group_left b))"), RuleBench.Alert("a > 0", name: "B")).Sample(0, "a", 1, ("i", "1"));
        await bench.AtAsync(0);
        Assert.Equal(2, bench.Open.Count);

        bench.Sample(1, "b", 1, ("x", "1"), ("y", "1")).Sample(1, "b", 1, ("x", "1"), ("y", "2"));
        await bench.AtAsync(1);
        Assert.Equal(RuleHealth.Failing, bench.Status.Rules[0].Health);
        Assert.Contains("duplicate series", bench.Status.Rules[0].LastError);
        Assert.Equal((RuleHealth.Ok, null), (bench.Status.Rules[1].Health, bench.Status.Rules[1].LastError));
        Assert.Equal(2, bench.Open.Count);
        Assert.Equal(RuleBench.Start.AddSeconds(1), bench.Status.EvaluatedAt);
    }

    [Fact]
    public async Task Rule_WithMoreAlertsThanItsLimit_FailsAndIsNotBelieved()
    {
        var bench = new RuleBench(new RuleGroup("g", null, [RuleBench.Alert("a > 0"), new RecordingRule("r:a", "a", new Dictionary<string, string>(), "f", 1)]) { Limit = 1 }).Sample(0, "a", 1, ("i", "1"));
        await bench.AtAsync(0);
        Assert.Single(bench.Open);

        bench.Sample(1, "a", 1, ("i", "2"));
        var ended = Assert.Single(await bench.AtAsync(1));
        Assert.Equal(AlertState.Resolved, ended.Now.State);
        Assert.Equal(["exceeded limit of 1 with 2 alerts", "exceeded limit of 1 with 2 series"], bench.Status.Rules.Select(rule => rule.LastError));
    }

    [Theory]
    [InlineData("a[5m]", "rule result is not a vector or scalar")]
    [InlineData("\"text\"", "rule result is not a vector or scalar")]
    [InlineData("sum(", "unclosed left parenthesis")]
    public async Task Rule_WithoutAVector_SaysSo(string expression, string expected)
    {
        var bench = new RuleBench(RuleBench.Alert(expression));
        await bench.AtAsync(0);
        Assert.Contains(expected, Assert.Single(bench.Status.Rules).LastError);
    }

    [Fact]
    public async Task Labels_MadeEqualByTheRule_AreRefused()
    {
        var bench = new RuleBench(RuleBench.Alert("a > 0") with { Labels = new Dictionary<string, string> { ["i"] = "same" } }).Sample(0, "a", 1, ("i", "1")).Sample(0, "a", 1, ("i", "2"));
        await bench.AtAsync(0);
        Assert.Equal("vector contains metrics with the same labelset after applying alert labels", bench.Status.Rules[0].LastError);
        Assert.Empty(bench.Open);
    }

    [Fact]
    public async Task Labels_WithTemplates_AreTheIdentity()
    {
        var rule = RuleBench.Alert("a > 0") with { Labels = new Dictionary<string, string> { ["severity"] = "{{ if gt $value 5.0 }}critical{{ else }}warning{{ end }}", ["gone"] = "" } };
        var bench = new RuleBench(rule).Sample(0, "a", 1, ("i", "1"), ("gone", "x")).Sample(1, "a", 9, ("i", "1"), ("gone", "x"));
        await bench.AtAsync(0);
        Assert.Equal(("warning", null), (Assert.Single(bench.Open).Severity, bench.Open[0].Labels["gone"]));
        // As Prometheus: another severity is another alert, unless the rule has levels.
        var changes = await bench.AtAsync(1);
        Assert.Equal([AlertState.Firing, AlertState.Resolved], changes.Select(change => change.Now.State));
        Assert.Equal("critical", Assert.Single(bench.Open).Severity);
    }

    [Fact]
    public async Task QueryOffset_ReadsAndWritesEarlier()
    {
        var bench = new RuleBench(new RuleGroup("g", null, [RuleBench.Alert("a > 5")]) { QueryOffset = TimeSpan.FromSeconds(30) }).Sample(0, "a", 9).Sample(29, "a", 1);
        Assert.Single(await bench.AtAsync(58));
        Assert.Equal("ALERTS{alertname=\"A\",alertstate=\"firing\",severity=\"critical\",system=\"shop\"} 1", await bench.AskAsync("ALERTS", 28));
        Assert.Equal(AlertState.Resolved, Assert.Single(await bench.AtAsync(59)).Now.State);
    }

    [Fact]
    public async Task Restored_FiringAlertWithoutDataYet_IsNotEndedAtOnce()
    {
        var before = new RuleBench(RuleBench.Alert("a > 0")).Sample(0, "a", 1);
        var alert = (await before.AtAsync(0))[0].Now;

        var after = new RuleBench(RuleBench.Alert("a > 0"));
        after.Rule.Restore([alert], Array.Empty<DateTimeOffset>().ToLookup(_ => 0UL));
        Assert.Empty(await after.AtAsync(600));
        Assert.Empty(await after.AtAsync(614));
        Assert.Equal(alert.Id, Assert.Single(after.Open).Id);
        Assert.Equal(alert.Id, Assert.Single(await after.AtAsync(615)).Now.Id);
    }

    [Fact]
    public async Task Restored_AlertSeenTrueOnce_EndsAsAnyOther()
    {
        var before = new RuleBench(RuleBench.Alert("a > 0")).Sample(0, "a", 1);
        var alert = (await before.AtAsync(0))[0].Now;

        var after = new RuleBench(RuleBench.Alert("a > 0")).Sample(600, "a", 1).Sample(601, "a", 0);
        after.Rule.Restore([alert], Array.Empty<DateTimeOffset>().ToLookup(_ => 0UL));
        Assert.Empty(await after.AtAsync(600));
        Assert.Equal(AlertState.Resolved, Assert.Single(await after.AtAsync(601)).Now.State);
    }

    [Fact]
    public async Task Inhibited_WhileAnotherAlertExplainsIt_SaysSoInATransition()
    {
        var source = Guid.NewGuid();
        Guid? by = null;
        var bench = new RuleBench(new RuleGroup("g", null, [RuleBench.Alert("a > 0")]), inhibit: _ => by).Sample(0, "a", 1);
        Assert.Null(Assert.Single(await bench.AtAsync(0)).Now.InhibitedBy);
        by = source;
        var change = Assert.Single(await bench.AtAsync(1));
        Assert.Equal((AlertState.Firing, AlertState.Firing, source), (change.From, change.Now.State, change.Now.InhibitedBy));
        Assert.Empty(await bench.AtAsync(2));
        by = null;
        Assert.Null(Assert.Single(await bench.AtAsync(3)).Now.InhibitedBy);
    }
}
