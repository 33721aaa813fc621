using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Proof;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class GoalWatchTests
{
    static readonly DateTimeOffset T0 = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);
    static readonly Goal Short = new(Guid.Empty, "Heap", "s", "heap > 150", new Dictionary<string, string>(), TimeSpan.FromSeconds(10), null, TimeSpan.FromMinutes(5));

    [Theory]
    [InlineData(10, 60)]
    [InlineData(300, 300)]
    public void Hold_IsAMinuteOrTheRulesOwnTime(int forSeconds, int expected) =>
        Assert.Equal(expected, (Short with { For = TimeSpan.FromSeconds(forSeconds) }).Hold.TotalSeconds);

    [Fact]
    public void Verdict_GreenWithoutABreak_IsEffectiveAfterTheHold()
    {
        var (watch, verdict) = Watch(61, _ => GoalSight.Green);
        Assert.Equal((RunEffect.Effective, 60), (verdict, watch.Held(T0.AddSeconds(60)).TotalSeconds));
        Assert.Null(Watch(59, _ => GoalSight.Green).Verdict);
    }

    [Fact]
    public void Verdict_OneRedLook_BeginsTheHoldAnew()
    {
        Assert.Null(Watch(90, second => second == 40 ? GoalSight.Red : GoalSight.Green).Verdict);
        Assert.Equal(RunEffect.Effective, Watch(102, second => second == 40 ? GoalSight.Red : GoalSight.Green).Verdict);
    }

    [Fact]
    public void Verdict_AShortBlink_DoesNotBreakTheHold_ALongOneDoes()
    {
        Assert.Equal(RunEffect.Effective, Watch(61, second => second is > 20 and < 28 ? GoalSight.Blind : GoalSight.Green).Verdict);
        Assert.Null(Watch(80, second => second is > 20 and < 40 ? GoalSight.Blind : GoalSight.Green).Verdict);
    }

    [Fact]
    public void Verdict_AlwaysRed_IsNotEffective() => Assert.Equal(RunEffect.NotEffective, Watch(301, _ => GoalSight.Red).Verdict);

    [Fact]
    public void Verdict_NothingSeen_IsUnproven_NeverGreen()
    {
        Assert.Equal(RunEffect.Unproven, Watch(301, _ => GoalSight.Blind).Verdict);
        Assert.Equal(RunEffect.Unproven, Watch(301, second => second < 30 ? GoalSight.Green : GoalSight.Blind).Verdict);
    }

    [Fact]
    public void Verdict_WhatBecameGreenInTime_MayHoldToItsEnd() =>
        Assert.Equal(RunEffect.Effective, Watch(361, second => second < 290 ? GoalSight.Red : GoalSight.Green).Verdict);

    static (GoalWatch Watch, RunEffect? Verdict) Watch(int seconds, Func<int, GoalSight> sight)
    {
        var watch = new GoalWatch(T0);
        for (var second = 0; second < seconds; second++)
        {
            var at = T0.AddSeconds(second);
            watch = watch.Look(sight(second), at);
            if (watch.Verdict(Short, at) is { } verdict)
                return (watch, verdict);
        }
        return (watch, null);
    }
}
