namespace OpsDashboard.OnCall.Rotations;

/// <summary>Members who take turns. Shift n begins n × <see cref="Days"/> days after the first, at the hand-over time of the clock on the wall: days of 23 and 25 hours are shifts as well.</summary>
/// <param name="First">The day on which the first member begins; on a weekly rotation its weekday is the hand-over's.</param>
/// <param name="Days">1 for a daily, 7 for a weekly hand-over, or any other number.</param>
/// <param name="Hours">Null: around the clock.</param>
public sealed record Rotation(IReadOnlyList<string> Members, DateOnly First, int Days, TimeOnly HandOver, DutyHours? Hours)
{
    /// <summary>Who would be on duty, and from when to when the turn lasts.</summary>
    internal (string Member, DateTimeOffset From, DateTimeOffset To) TurnAt(TimeZoneInfo zone, DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(LocalTime.Of(zone, at));
        var turn = (int)Math.Floor((day.DayNumber - First.DayNumber) / (double)Days);
        while (Begins(zone, turn) > at)
            turn--;
        while (Begins(zone, turn + 1) <= at)
            turn++;
        var member = ((turn % Members.Count) + Members.Count) % Members.Count;
        return (Members[member], Begins(zone, turn), Begins(zone, turn + 1));
    }

    internal string? MemberAt(TimeZoneInfo zone, DateTimeOffset at) => Hours?.Contains(zone, at) == false ? null : TurnAt(zone, at).Member;

    /// <summary>Every instant within a time at which another member, or nobody, may be on duty.</summary>
    internal IEnumerable<DateTimeOffset> Changes(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        for (var turn = TurnAt(zone, from); turn.From < to; turn = TurnAt(zone, turn.To))
            yield return turn.From;
        foreach (var (begins, ends) in Hours?.Between(zone, from, to) ?? [])
        {
            yield return begins;
            yield return ends;
        }
    }

    DateTimeOffset Begins(TimeZoneInfo zone, int turn) => LocalTime.At(zone, First.AddDays(turn * Days), HandOver);
}
