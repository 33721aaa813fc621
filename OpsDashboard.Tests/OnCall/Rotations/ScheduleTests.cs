using OpsDashboard.OnCall.Rotations;
using Xunit;

namespace OpsDashboard.Tests.OnCall.Rotations;

public sealed class ScheduleTests
{
    static readonly DateOnly Monday = new(2026, 1, 5);

    static Schedule Of(string zone, params Rotation[] rotations) => new("s", "S", TimeZoneInfo.FindSystemTimeZoneById(zone), rotations, 1);

    static Rotation Turns(int days, string handOver, DutyHours? hours = null, params string[] members) => new(members.Length > 0 ? members : ["a", "b", "c"], Monday, days, TimeOnly.Parse(handOver), hours);

    static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text + "Z");

    static ShiftOverride Override(string person, string from, string to) => new() { Id = Guid.CreateVersion7(), ScheduleId = "s", PersonId = person, From = Utc(from), To = Utc(to), Reason = "", MadeBy = "", MadeAt = Utc(from) };

    /// <summary>Berlin changes at 02:00 and 03:00, Santiago and Beirut at midnight, Lord Howe by half an hour; hand-overs at, in and beside the change.</summary>
    public static TheoryData<string, int, string> Rotations()
    {
        var data = new TheoryData<string, int, string>();
        foreach (var zone in (string[])["Europe/Berlin", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe", "America/New_York"])
        {
            foreach (var days in (int[])[1, 7, 14, 3])
            {
                foreach (var time in (string[])["00:00", "00:30", "02:00", "02:30", "03:00", "09:00", "23:59"])
                    data.Add(zone, days, time);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Rotations))]
    public void FullRotation_OverAYear_HasNoGapAndNoOverlapAndTakesTurns(string zone, int days, string handOver)
    {
        var schedule = Of(zone, Turns(days, handOver));
        var (from, to) = (Utc("2026-01-12T12:00"), Utc("2027-01-12T12:00"));
        var duties = schedule.Between(from, to, []);
        Assert.Equal((from, to), (duties[0].From, duties[^1].To));
        Assert.All(duties, duty => Assert.True(duty.PersonId is not null && duty.From < duty.To));
        Assert.All(duties.Zip(duties.Skip(1)), pair =>
        {
            Assert.Equal(pair.First.To, pair.Second.From);
            Assert.Equal((pair.First.PersonId![0] - 'a' + 1) % 3, pair.Second.PersonId![0] - 'a');
        });
        Assert.InRange(duties.Count, 365 / days, (365 / days) + 2);
        // A turn is as many days long as the clock on the wall says, whatever it did meanwhile.
        Assert.All(duties.Skip(1).SkipLast(1), duty => Assert.InRange((duty.To - duty.From).TotalHours, (days * 24) - 1.5, (days * 24) + 1.5));
        // The same is said when one asks for a single instant.
        for (var at = from; at < to; at += TimeSpan.FromMinutes(1000.7))
            Assert.Equal(duties.Single(duty => duty.From <= at && at < duty.To).PersonId, schedule.At(at, []).PersonId);
    }

    [Theory]
    // Spring: 02:30 does not exist in Berlin, midnight does not in Santiago and Beirut: the turn begins when the clock goes on.
    [InlineData("Europe/Berlin", "02:30", "2026-03-29T01:00")]
    [InlineData("America/Santiago", "00:00", "2026-09-06T04:00")]
    [InlineData("Asia/Beirut", "00:00", "2026-03-28T22:00")]
    // Autumn: 02:30 comes twice in Berlin, 23:30 in Santiago: the turn begins at the first.
    [InlineData("Europe/Berlin", "02:30", "2026-10-25T00:30")]
    [InlineData("America/Santiago", "23:30", "2026-04-05T02:30")]
    public void HandOver_WhenTheClockChanges_IsAtTheFirstSuchTime(string zone, string handOver, string at)
    {
        var schedule = Of(zone, Turns(1, handOver));
        Assert.Contains(schedule.Between(Utc(at).AddHours(-20), Utc(at).AddHours(20), []), duty => duty.From == Utc(at));
    }

    [Fact]
    public void Hours_OverMidnight_AndADayRotationBelow_FillEachOther()
    {
        var night = Turns(7, "09:00", new(new(20, 0), new(8, 0), Enum.GetValues<DayOfWeek>().ToHashSet()), "n");
        var schedule = Of("Europe/Berlin", night, Turns(7, "09:00", null, "d"));
        Assert.Equal("n", schedule.At(Utc("2026-03-29T00:30"), []).PersonId);
        Assert.Equal("d", schedule.At(Utc("2026-03-29T12:00"), []).PersonId);
        var nights = schedule.Between(Utc("2026-03-01T12:00"), Utc("2026-04-01T12:00"), []).Where(duty => duty.PersonId == "n").ToArray();
        Assert.Equal(31, nights.Length);
        // The night in which the clock goes forward is an hour shorter.
        Assert.Equal(11, (nights.Single(duty => duty.From == Utc("2026-03-28T19:00")).To - Utc("2026-03-28T19:00")).TotalHours);
    }

    [Fact]
    public void Hours_Alone_LeaveGapsThatAreNamed()
    {
        var schedule = Of("UTC", Turns(7, "09:00", new(new(8, 0), new(18, 0), new HashSet<DayOfWeek> { DayOfWeek.Monday })));
        var duties = schedule.Between(Utc("2026-01-12T00:00"), Utc("2026-01-19T00:00"), []);
        Assert.Equal([true, false, false, true], duties.Select(duty => duty.IsGap));
        Assert.True(schedule.At(Utc("2026-01-13T12:00"), []).IsGap);
    }

    [Fact]
    public void Override_TakesItsTime_AndTheLaterMadeCountsBeforeTheEarlier()
    {
        var schedule = Of("UTC", Turns(7, "09:00"));
        var (first, second) = (Override("x", "2026-01-06T18:00", "2026-01-07T09:00"), Override("y", "2026-01-07T00:00", "2026-01-07T12:00"));
        var duties = schedule.Between(Utc("2026-01-06T00:00"), Utc("2026-01-08T00:00"), [first, second]);
        Assert.Equal([("a", null), ("x", first.Id), ("y", second.Id), ("a", (Guid?)null)], duties.Select(duty => (duty.PersonId!, duty.OverrideId)));
        var now = schedule.At(Utc("2026-01-07T01:00"), [first, second]);
        Assert.Equal((Utc("2026-01-07T00:00"), Utc("2026-01-07T12:00")), (now.From, now.To));
        Assert.Equal("a", schedule.After(now, [first, second])!.PersonId);
    }

    [Fact]
    public void Rotation_OfOne_IsOnDutyWithoutAnEnd()
    {
        var schedule = Of("UTC", Turns(1, "09:00", null, "a"));
        Assert.Null(schedule.After(schedule.At(Utc("2026-01-07T01:00"), []), []));
    }
}
