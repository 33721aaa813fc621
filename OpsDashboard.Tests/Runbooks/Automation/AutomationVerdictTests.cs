using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Runbooks.Automation;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Automation;

public sealed class AutomationVerdictTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    static readonly AutomationPolicy Policy = new("shop", "Slow", null, ["restart", "scale"], 1, TimeSpan.FromMinutes(5), null);

    static AutomationSwitches Switched(params (string Scope, bool IsOn)[] set) =>
        new(set.ToDictionary(one => one.Scope, one => new AutomationSwitch { Scope = one.Scope, IsOn = one.IsOn, SetBy = "ada", SetAt = Now }));

    static readonly AutomationSwitches On = Switched(("shop", true), ("shop/Slow", true));

    static readonly Alert Firing = new()
    {
        Id = Guid.NewGuid(),
        RuleId = "shop/g/Slow",
        Name = "Slow",
        Labels = Labels.Of("", ("system", "shop")),
        Fingerprint = 1,
        Annotations = new Dictionary<string, string>(),
        State = AlertState.Firing,
        Value = 3,
        ValueAtTrigger = 3,
        ActiveAt = Now,
        FiredAt = Now,
    };

    static readonly AutomationSituation Situation = new(Firing, On, Health.Critical, null, null, [], 0, Now);

    static (AutomationStep, string?) Verdict(AutomationSituation situation, AutomationPolicy? policy = null) =>
        AutomationVerdict.Of(policy ?? Policy, situation) is var verdict ? (verdict.Step, verdict.Runbook) : default;

    static AutomationAttempt Tried(string runbook, double minutesAgo) => new(runbook, Now.AddMinutes(-minutesAgo - 1), Now.AddMinutes(-minutesAgo));

    [Fact]
    public void Everything_SwitchedOn_ActsWithTheFirst() => Assert.Equal((AutomationStep.Act, "restart"), Verdict(Situation));

    [Fact]
    public void FirstTried_AndTimePassed_ActsWithTheNext() => Assert.Equal((AutomationStep.Act, "scale"), Verdict(Situation with { Attempts = [Tried("restart", 6)] }));

    [Fact]
    public void FirstTried_AMomentAgo_Waits() => Assert.Equal((AutomationStep.Wait, "scale"), Verdict(Situation with { Attempts = [Tried("restart", 4)] }));

    [Fact]
    public void SecondAttempt_Allowed_TakesTheSameAgain() => Assert.Equal((AutomationStep.Act, "restart"), Verdict(Situation with { Attempts = [Tried("restart", 6)] }, Policy with { Attempts = 2 }));

    [Fact]
    public void AllTried_HandsOver() => Assert.Equal((AutomationStep.HandOver, null), Verdict(Situation with { Attempts = [Tried("restart", 20), Tried("scale", 6)] }));

    [Fact]
    public void SomethingRuns_Waits() => Assert.Equal(AutomationStep.Wait, Verdict(Situation with { Running = "RUN-7" }).Item1);

    [Theory]
    [InlineData(AlertState.Pending)]
    [InlineData(AlertState.Resolved)]
    public void Alert_ThatDoesNotFire_Waits(AlertState state) => Assert.Equal(AutomationStep.Wait, Verdict(Situation with { Alert = Firing with { State = state } }).Item1);

    [Fact]
    public void Alert_ThatAnotherExplains_Waits() => Assert.Equal(AutomationStep.Wait, Verdict(Situation with { Alert = Firing with { InhibitedBy = Guid.NewGuid() } }).Item1);

    public static TheoryData<string, AutomationSituation> Obstacles => new()
    {
        { "stopped", Situation with { Switches = Switched(("*", false), ("shop", true), ("shop/Slow", true)) } },
        { "not allowed for the system", Situation with { Switches = Switched(("shop/Slow", true)) } },
        { "system stopped", Situation with { Switches = Switched(("shop", false), ("shop/Slow", true)) } },
        { "policy only proposes", Situation with { Switches = Switched(("shop", true)) } },
        { "nothing set", Situation with { Switches = AutomationSwitches.None } },
        { "a person has it", Situation with { Owner = "Ada" } },
        { "unknown", Situation with { Health = Health.Unknown } },
        { "maintenance", Situation with { Health = Health.Maintenance } },
        { "no value", Situation with { Alert = Firing with { Value = double.NaN } } },
        { "too many actions", Situation with { ActionsLately = AutomationVerdict.MostActions } },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void Obstacle_OnlyProposes(string _, AutomationSituation situation) => Assert.Equal((AutomationStep.Propose, "restart"), Verdict(situation));

    [Theory]
    [InlineData("11:00", "13:00", AutomationStep.Act)]
    [InlineData("13:00", "15:00", AutomationStep.Propose)]
    [InlineData("22:00", "12:30", AutomationStep.Act)]
    [InlineData("12:30", "11:00", AutomationStep.Propose)]
    public void Hours_AreKept(string from, string to, AutomationStep expected) =>
        Assert.Equal(expected, Verdict(Situation, Policy with { Hours = new(TimeOnly.Parse(from), TimeOnly.Parse(to)) }).Item1);
}
