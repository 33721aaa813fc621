using OpsDashboard.Alerts;
using OpsDashboard.Metrics;
using Xunit;

namespace OpsDashboard.Tests.Alerts;

public sealed class RuleStateTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);
    static readonly Labels Heap = Labels.From([new("alertname", "MemoryUsage"), new("system", "case-opening"), new("severity", "critical")]);

    [Fact]
    public void Apply_ConditionShorterThanFor_StaysPending()
    {
        var state = State(TimeSpan.FromSeconds(5));

        Assert.Equal((AlertState.Inactive, AlertState.Pending), Only(state.Apply([True(162e6)], Start)));
        Assert.Empty(state.Apply([True(163e6)], Start.AddSeconds(4.9)));

        var alert = Assert.Single(state.Open);
        Assert.Equal((AlertState.Pending, 162e6, 163e6), (alert.State, alert.ValueAtTrigger, alert.Value));
    }

    [Fact]
    public void Apply_ConditionHeldForItsTime_Fires()
    {
        var state = State(TimeSpan.FromSeconds(5));

        state.Apply([True(162e6)], Start);
        Assert.Equal((AlertState.Pending, AlertState.Firing), Only(state.Apply([True(162e6)], Start.AddSeconds(5))));

        var alert = Assert.Single(state.Open);
        Assert.Equal((Start, Start.AddSeconds(5), "shop/g/MemoryUsage", "critical", TimeSpan.FromSeconds(5)), (alert.ActiveAt, alert.FiredAt, alert.RuleId, alert.Severity, alert.For));
    }

    [Fact]
    public void Apply_NoHoldTime_FiresAtOnceInOneTransition() =>
        Assert.Equal((AlertState.Inactive, AlertState.Firing), Only(State(TimeSpan.Zero).Apply([True(1)], Start)));

    [Fact]
    public void Apply_PendingConditionGone_IsForgotten()
    {
        var state = State(TimeSpan.FromSeconds(5));

        state.Apply([True(1)], Start);
        Assert.Equal((AlertState.Pending, AlertState.Inactive), Only(state.Apply([], Start.AddSeconds(1))));
        Assert.Empty(state.Open);
        state.Apply([True(1)], Start.AddSeconds(2));
        state.Apply([True(1)], Start.AddSeconds(6));

        Assert.Equal(AlertState.Pending, Assert.Single(state.Open).State);
    }

    [Fact]
    public void Apply_ResolvedConditionBack_IsANewAlertOfTheSameFingerprint()
    {
        var state = State(TimeSpan.Zero);

        var first = state.Apply([True(1)], Start)[0].Now;
        var resolved = Assert.Single(state.Apply([], Start.AddSeconds(6)));
        Assert.Equal((AlertState.Firing, AlertState.Resolved, first.Id, Start.AddSeconds(6)), (resolved.From, resolved.Now.State, resolved.Now.Id, resolved.Now.ResolvedAt));
        var second = state.Apply([True(2)], Start.AddSeconds(7))[0].Now;

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.Equal(Start.AddSeconds(7), second.ActiveAt);
    }

    [Fact]
    public void Apply_KeepFiringFor_ResolvesOnlyWhenTheConditionStayedAway()
    {
        var state = State(TimeSpan.Zero, keep: TimeSpan.FromSeconds(10));

        state.Apply([True(1)], Start);
        Assert.Empty(state.Apply([], Start.AddSeconds(1)));
        Assert.Equal(Start.AddSeconds(1), Assert.Single(state.Open).KeepFiringSince);
        Assert.Empty(state.Apply([True(1)], Start.AddSeconds(9)));
        Assert.Null(Assert.Single(state.Open).KeepFiringSince);
        Assert.Empty(state.Apply([], Start.AddSeconds(10)));
        Assert.Empty(state.Apply([], Start.AddSeconds(19)));
        Assert.Equal((AlertState.Firing, AlertState.Resolved), Only(state.Apply([], Start.AddSeconds(20))));
    }

    [Fact]
    public void Apply_SeverityOfOneIdentityRises_IsOneAlert()
    {
        var state = State(TimeSpan.Zero);

        var warning = state.Apply([True(1) with { Labels = Heap.With("severity", "warning") }], Start)[0].Now;
        var change = Assert.Single(state.Apply([True(9)], Start.AddSeconds(1)));

        Assert.Equal((AlertState.Firing, AlertState.Firing, "critical", warning.Id), (change.From, change.Now.State, change.Now.Severity, change.Now.Id));
    }

    [Fact]
    public void Apply_OneOfTwoGone_ResolvesThatOne()
    {
        var state = State(TimeSpan.Zero);
        var other = True(1) with { Labels = Heap.With("component", "api"), Fingerprint = 7 };

        state.Apply([True(1), other], Start);

        Assert.Equal(7u, Assert.Single(state.Apply([True(1)], Start.AddSeconds(1))).Now.Fingerprint);
        Assert.Single(state.Open);
    }

    [Fact]
    public void Apply_FiresAgainAndAgain_Flaps()
    {
        var state = State(TimeSpan.Zero);

        for (var minute = 0; minute < 5; minute++)
        {
            state.Apply([True(1)], Start.AddMinutes(minute));
            Assert.Equal(minute >= 2, Assert.Single(state.Open).IsFlapping);
            state.Apply([], Start.AddMinutes(minute).AddSeconds(30));
        }
        state.Apply([True(1)], Start.AddHours(3));
        Assert.Equal(1, Assert.Single(state.Open).FlapScore);
    }

    [Fact]
    public void Restore_OpenAlert_GoesOnWithItsIdAndItsTime()
    {
        var before = State(TimeSpan.FromMinutes(5)).Apply([True(1)], Start)[0].Now;
        var state = State(TimeSpan.FromMinutes(5));

        state.Restore([before], new[] { before }.ToLookup(alert => alert.Fingerprint, _ => Start));
        var fired = Assert.Single(state.Apply([True(1)], Start.AddMinutes(5))).Now;

        Assert.Equal((before.Id, AlertState.Firing, Start), (fired.Id, fired.State, fired.ActiveAt));
        Assert.True(fired.FlapScore > 1.5);
    }

    static (AlertState, AlertState) Only(IReadOnlyList<AlertChange> changes) => (Assert.Single(changes).From, changes[0].Now.State);

    static Holding True(double value) => new(Heap, Heap.Fingerprint, value, new Dictionary<string, string> { ["summary"] = $"Heap is {value}" });

    static RuleState State(TimeSpan hold, TimeSpan keep = default) => new(new AlertRule("MemoryUsage", "process_heap_bytes > 150e6", hold,
        new Dictionary<string, string> { ["severity"] = "critical" }, new Dictionary<string, string>(), "rules.yml", 1)
    { Id = "shop/g/MemoryUsage", KeepFiringFor = keep });
}
