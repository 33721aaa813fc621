using OpsDashboard.Metrics.Collectors.Hosting;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Collectors.Hosting;

public sealed class TickScheduleTests
{
    const long Start = 1_800_000_000_000;

    static readonly TickSchedule Second = new(TimeSpan.FromSeconds(1), "a");

    [Fact]
    public void Next_SameTarget_TicksAtTheSameInstantsWheneverItStarts()
    {
        var early = new TickSchedule(TimeSpan.FromSeconds(20), "a").Next(Start);
        var late = new TickSchedule(TimeSpan.FromSeconds(20), "a").Next(Start + 7_300);
        Assert.Equal(0, (late.At - early.At) % 20_000);
        Assert.InRange(early.At - Start, 0, 19_999);
        Assert.Equal(early.At - Start, early.Wait.TotalMilliseconds);
    }

    [Fact]
    public void Next_ManyTargets_AreSpreadOverTheInterval()
    {
        var offsets = Enumerable.Range(0, 1000).Select(i => new TickSchedule(TimeSpan.FromSeconds(1), $"s/c/j/host-{i}:80").Next(Start).At - Start).ToList();
        Assert.All(offsets.GroupBy(offset => offset / 100), tenth => Assert.InRange(tenth.Count(), 60, 140));
    }

    [Fact]
    public void Next_SlightlyLate_RunsTheTick()
    {
        var first = Second.Next(Start).At;
        var next = Second.Next(first + 1_400);
        Assert.Equal((first + 1_000, TimeSpan.Zero, 0L), (next.At, next.Wait, next.Missed));
    }

    [Fact]
    public void Next_MuchTooLate_CountsWhatWasMissedAndReplaysNothing()
    {
        var schedule = new TickSchedule(TimeSpan.FromSeconds(1), "b");
        var first = schedule.Next(Start).At;
        var next = schedule.Next(first + 4_600);
        Assert.Equal((first + 5_000, 4L), (next.At, next.Missed));
        Assert.Equal(first + 6_000, schedule.Next(next.At + 10).At);
    }

    [Fact]
    public void Next_ClockStepsBack_StampsStayMonotoneAndTheClockCatchesUp()
    {
        var schedule = new TickSchedule(TimeSpan.FromSeconds(1), "c");
        var now = schedule.Next(Start).At;
        var last = now;
        now -= 3_000;
        var ran = 0;
        for (; ran < 200; ran++)
        {
            var tick = schedule.Next(now);
            Assert.Equal((last + 1_000, 0L), (tick.At, tick.Missed));
            last = tick.At;
            now += (long)tick.Wait.TotalMilliseconds;
            if (tick.Ahead == TimeSpan.Zero)
                break;
        }
        Assert.InRange(ran, 20, 40);
        Assert.Equal(now, last);
    }

    [Fact]
    public void Next_ClockStepsBackAnHour_FollowsTheClock()
    {
        var schedule = new TickSchedule(TimeSpan.FromSeconds(1), "d");
        var first = schedule.Next(Start).At;
        Assert.Equal(first - 3_600_000 + 1_000, schedule.Next(first - 3_600_000 + 1).At);
    }
}
