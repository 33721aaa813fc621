namespace OpsDashboard.OnCall.Rotations;

/// <summary>The hours of the day, by the schedule's clock, in which a rotation is on duty; over midnight where the end is not after the beginning.</summary>
/// <param name="Days">On which it begins.</param>
public sealed record DutyHours(TimeOnly From, TimeOnly To, IReadOnlySet<DayOfWeek> Days)
{
    /// <summary>The spans that touch a time, in order.</summary>
    internal IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Between(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        var last = DateOnly.FromDateTime(LocalTime.Of(zone, to)).AddDays(1);
        for (var day = DateOnly.FromDateTime(LocalTime.Of(zone, from)).AddDays(-2); day <= last; day = day.AddDays(1))
        {
            if (!Days.Contains(day.DayOfWeek))
                continue;
            var (begins, ends) = (LocalTime.At(zone, day, From), LocalTime.At(zone, To > From ? day : day.AddDays(1), To));
            if (begins < to && ends > from)
                yield return (begins, ends);
        }
    }

    internal bool Contains(TimeZoneInfo zone, DateTimeOffset at) => Between(zone, at, at.AddTicks(1)).Any();
}
