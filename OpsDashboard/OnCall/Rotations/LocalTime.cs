namespace OpsDashboard.OnCall.Rotations;

/// <summary>Times of the clock on the wall as instants. A time that the clock skips in spring is the first one after it; of one that comes twice in autumn it is the first.</summary>
static class LocalTime
{
    public static DateTimeOffset At(TimeZoneInfo zone, DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local))
            local = AfterGap(zone, local);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    public static DateTime Of(TimeZoneInfo zone, DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).DateTime;

    // A gap begins and ends at whole minutes, and is never longer than a day.
    static DateTime AfterGap(TimeZoneInfo zone, DateTime local)
    {
        var next = new DateTime(local.Ticks - (local.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(next))
            next = next.AddMinutes(1);
        return next;
    }
}
