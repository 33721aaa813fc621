namespace OpsDashboard.Alerts.Routing;

/// <summary>Both ends belong to it.</summary>
public readonly record struct NumberRange(int From, int To)
{
    public bool Contains(int number) => number >= From && number <= To;
}

/// <summary>
/// A recurring time as Alertmanager's <c>time_intervals</c> state it (alertmanager timeinterval/timeinterval.go, ContainsTime): every part
/// that is given must hold, one of its ranges each. Parts that are null hold always.
/// </summary>
public sealed record TimeInterval
{
    /// <summary>Minutes of the day; the end does not belong to it.</summary>
    public IReadOnlyList<NumberRange>? Times { get; init; }

    /// <summary>0 is Sunday.</summary>
    public IReadOnlyList<NumberRange>? Weekdays { get; init; }

    /// <summary>Negative numbers count from the end of the month: -1 is its last day.</summary>
    public IReadOnlyList<NumberRange>? DaysOfMonth { get; init; }
    public IReadOnlyList<NumberRange>? Months { get; init; }
    public IReadOnlyList<NumberRange>? Years { get; init; }
    public TimeZoneInfo Location { get; init; } = TimeZoneInfo.Utc;

    public bool Contains(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Location);
        var minute = (local.Hour * 60) + local.Minute;
        return (Times is null || Times.Any(range => minute >= range.From && minute < range.To))
            && (DaysOfMonth is null || DaysOfMonth.Any(range => IsOnDay(range, local)))
            && Holds(Months, local.Month) && Holds(Weekdays, (int)local.DayOfWeek) && Holds(Years, local.Year);
    }

    static bool Holds(IReadOnlyList<NumberRange>? ranges, int number) => ranges is null || ranges.Any(range => range.Contains(number));

    static bool IsOnDay(NumberRange range, DateTimeOffset local)
    {
        var days = DateTime.DaysInMonth(local.Year, local.Month);
        int FromStart(int day) => day < 0 ? days + day + 1 : day;
        // A range that begins behind the end of a short month is skipped, not moved into it.
        return FromStart(range.From) <= days && local.Day >= FromStart(range.From) && local.Day <= Math.Min(FromStart(range.To), days);
    }
}
