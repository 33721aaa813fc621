using OpsDashboard.Access;

namespace OpsDashboard.Alerts.Silences;

/// <summary>A time that comes back every week on somebody's wall clock, e.g. Sunday 02:00 to 04:00 in Berlin.</summary>
/// <param name="Days">On which days it begins.</param>
/// <param name="From">Local time, inclusive.</param>
/// <param name="To">Local time, exclusive; not later than <paramref name="From"/>: it ends on the next day.</param>
/// <param name="TimeZone">Name in the IANA database, e.g. Europe/Berlin or UTC.</param>
public sealed record WeeklyWindow(IReadOnlyList<DayOfWeek> Days, TimeOnly From, TimeOnly To, string TimeZone)
{
    bool CrossesMidnight => To <= From;

    public IEnumerable<FieldProblem> Check()
    {
        if (Days.Count == 0)
            yield return new("weekly.days", "names at least one day.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new("weekly.timeZone", $"`{TimeZone}` is no time zone. Write for example Europe/Berlin or UTC.");
    }

    public bool IsOpen(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        if (!CrossesMidnight)
            return Days.Contains(local.DayOfWeek) && time >= From && time < To;
        return (Days.Contains(local.DayOfWeek) && time >= From) || (Days.Contains(local.AddDays(-1).DayOfWeek) && time < To);
    }

    /// <summary>The windows that end after an instant, in order, without end.</summary>
    public IEnumerable<(DateTimeOffset From, DateTimeOffset To)> After(DateTimeOffset at)
    {
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime).AddDays(-1);
        for (var date = first; ; date = date.AddDays(1))
        {
            if (!Days.Contains(date.DayOfWeek))
                continue;
            var (from, to) = (Instant(date, From), Instant(CrossesMidnight ? date.AddDays(1) : date, To));
            if (to > at)
                yield return (from, to);
        }
    }

    TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    // A time that a change of the clock skips is taken as the moment of the change; one that comes twice as its first.
    DateTimeOffset Instant(DateOnly date, TimeOnly time)
    {
        var local = date.ToDateTime(time);
        if (Zone.IsInvalidTime(local))
        {
            var before = new DateTimeOffset(local, Zone.GetUtcOffset(local.AddDays(-1)));
            return before.ToUniversalTime();
        }
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
