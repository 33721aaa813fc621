using OpsDashboard.Alerts;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class RuleStateTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);
    static readonly Labels Heap = Labels.Of("process_heap_bytes", ("system", "case-opening"), ("component", "api"));

    [Fact]
    public void Evaluate_ConditionShorterThanFor_StaysPending()
    {
        var rule = Rule(TimeSpan.FromSeconds(5));

        rule.Evaluate(True(162e6), Start);
        rule.Evaluate(True(163e6), Start.AddSeconds(4.9));

        var alert = Assert.Single(rule.Alerts);
        Assert.Equal(AlertState.Pending, alert.State);
        Assert.Equal(162e6, alert.ValueAtTrigger);
        Assert.Equal(163e6, alert.Value);
    }

    [Fact]
    public void Evaluate_ConditionHeldForItsTime_Fires()
    {
        var rule = Rule(TimeSpan.FromSeconds(5));

        rule.Evaluate(True(162e6), Start);
        var changed = rule.Evaluate(True(162e6), Start.AddSeconds(5));

        Assert.True(changed);
        var alert = Assert.Single(rule.Alerts);
        Assert.Equal(AlertState.Firing, alert.State);
        Assert.Equal(Start, alert.ActiveAt);
        Assert.Equal(Start.AddSeconds(5), alert.FiredAt);
        Assert.Equal("Heap is 162M, limit 150 MB", alert.Summary);
    }

    [Fact]
    public void Evaluate_NoHoldTime_FiresAtOnce()
    {
        var rule = Rule(TimeSpan.Zero);

        rule.Evaluate(True(162e6), Start);

        Assert.Equal(AlertState.Firing, Assert.Single(rule.Alerts).State);
    }

    [Fact]
    public void Evaluate_PendingConditionGone_IsForgotten()
    {
        var rule = Rule(TimeSpan.FromSeconds(5));

        rule.Evaluate(True(162e6), Start);
        rule.Evaluate(False, Start.AddSeconds(1));
        rule.Evaluate(True(162e6), Start.AddSeconds(2));
        rule.Evaluate(True(162e6), Start.AddSeconds(6));

        Assert.Equal(AlertState.Pending, Assert.Single(rule.Alerts).State);
    }

    [Fact]
    public void Evaluate_FiringConditionGone_IsResolvedAndKeptFifteenMinutes()
    {
        var rule = Rule(TimeSpan.Zero);

        rule.Evaluate(True(162e6), Start);
        rule.Evaluate(False, Start.AddSeconds(1));
        Assert.Equal(AlertState.Resolved, Assert.Single(rule.Alerts).State);

        rule.Evaluate(False, Start.AddMinutes(15));
        Assert.Single(rule.Alerts);
        rule.Evaluate(False, Start.AddMinutes(15).AddSeconds(1));
        Assert.Empty(rule.Alerts);
    }

    [Fact]
    public void Evaluate_ResolvedConditionBack_BeginsANewAlert()
    {
        var rule = Rule(TimeSpan.FromSeconds(5));

        rule.Evaluate(True(1), Start);
        rule.Evaluate(True(1), Start.AddSeconds(5));
        rule.Evaluate(False, Start.AddSeconds(6));
        rule.Evaluate(True(2), Start.AddSeconds(7));

        var alert = Assert.Single(rule.Alerts);
        Assert.Equal(AlertState.Pending, alert.State);
        Assert.Equal(Start.AddSeconds(7), alert.ActiveAt);
        Assert.Null(alert.ResolvedAt);
    }

    [Fact]
    public void Evaluate_AnswerWithoutSystem_SpeaksForTheSystemOfItsFolder()
    {
        var rule = Rule(TimeSpan.Zero);

        rule.Evaluate(Answer(Labels.Empty, 1), Start);

        var alert = Assert.Single(rule.Alerts);
        Assert.Equal("case-opening", alert.SystemId);
        Assert.Null(alert.ComponentId);
    }

    static QueryResult False => new(QueryResultKind.Vector, [], []);

    static QueryResult True(double value) => Answer(Heap, value);

    static QueryResult Answer(Labels labels, double value) => new(QueryResultKind.Vector, [new(labels, [new(0, value)])], []);

    static RuleState Rule(TimeSpan hold) => new(new AlertRule("MemoryUsage", "process_heap_bytes > 150e6", hold,
        new Dictionary<string, string> { ["severity"] = "critical" },
        new Dictionary<string, string> { ["summary"] = "Heap is {{ $value | humanize }}, limit 150 MB" }, "rules.yml", 1), "case-opening");
}
