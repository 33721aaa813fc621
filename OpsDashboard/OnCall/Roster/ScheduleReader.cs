using System.Globalization;
using OpsDashboard.Catalogue;
using OpsDashboard.OnCall.Rotations;

namespace OpsDashboard.OnCall.Roster;

/// <summary>Reads one of <c>schedules</c>.</summary>
static class ScheduleReader
{
    /// <summary>A Monday: members begin there where the file names no day.</summary>
    static readonly DateOnly Epoch = new(2024, 1, 1);

    static readonly string[] DayNames = [.. Enum.GetNames<DayOfWeek>().Select(name => name.ToLowerInvariant())];

    public static Schedule? Read(YamlMap entry, IReadOnlyDictionary<string, Person> people)
    {
        var (id, name, zone) = (entry.Identifier("id"), entry.Required("name"), Zone(entry));
        var errors = entry.ErrorCount;
        var rotations = entry.Maps("rotations").Select(map => ReadRotation(map, people)).OfType<Rotation>().ToArray();
        if (rotations.Length == 0 && entry.ErrorCount == errors)
            entry.Report("rotations", $"The schedule `{id}` has no rotation: nobody would be on duty.", "Write `rotations: [{ members: [ana, ben], length: week }]`.");
        if (zone is null || rotations.Length == 0)
            return null;
        var schedule = new Schedule(id, name, zone, rotations, entry.Line);
        WarnOfGaps(entry, schedule);
        return schedule;
    }

    static TimeZoneInfo? Zone(YamlMap entry)
    {
        var text = entry.Required("timeZone");
        // A name of Windows would be found on some machines only.
        if (text.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && (zone.HasIanaId || text == "UTC"))
            return zone;
        if (text.Length > 0)
            entry.Report("timeZone", $"`{text}` is no time zone.", "Write its IANA name, for example `timeZone: Europe/Berlin`.");
        return null;
    }

    static Rotation? ReadRotation(YamlMap map, IReadOnlyDictionary<string, Person> people)
    {
        var errors = map.ErrorCount;
        var members = map.Texts("members");
        if (members.Count == 0)
            map.Report("members", "The rotation has no members.", "Write `members: [ana, ben]`.");
        foreach (var unknown in members.Where(member => !people.ContainsKey(member)))
            map.Report("members", $"There is no person `{unknown}`.", $"Add it under `people:`, or use one of {string.Join(", ", people.Keys)}.");
        var days = Length(map);
        var handOver = Time(map, "handOver") ?? new TimeOnly(9, 0);
        var weekday = map.Text("weekday") is { } text ? Day(map, "weekday", text) : null;
        var first = First(map) ?? Epoch;
        if (weekday is { } day)
        {
            if (days % 7 != 0)
                map.Report("weekday", "Only a rotation of whole weeks hands over on a weekday.", "Write `length: week`, or leave `weekday:` out.");
            first = first.AddDays(((int)day - (int)first.DayOfWeek + 7) % 7);
        }
        var hours = map.Map("hours") is { } inner ? Hours(inner) : null;
        map.RejectUnknownKeys();
        return map.ErrorCount == errors ? new(members, first, days, handOver, hours) : null;
    }

    static int Length(YamlMap map)
    {
        switch (map.Text("length"))
        {
            case null or "week":
                return 7;
            case "day":
                return 1;
            case { } text when PrometheusDuration.TryParse(text) is { } length && length.Ticks > 0 && length.Ticks % TimeSpan.TicksPerDay == 0 && length.TotalDays <= 366:
                return (int)length.TotalDays;
            case { } text:
                map.Report("length", $"`length: {text}` is no whole number of days.", "Write `length: day`, `length: week` or for example `length: 14d`.");
                return 7;
        }
    }

    static DutyHours? Hours(YamlMap map)
    {
        var (from, to) = (Time(map, "from"), Time(map, "to"));
        if (from is null || to is null)
            map.Report("from", "`hours` needs a beginning and an end.", "Write `hours: { from: \"08:00\", to: \"20:00\" }`.");
        var days = map.Texts("days").Select(text => Day(map, "days", text)).OfType<DayOfWeek>().ToHashSet();
        map.RejectUnknownKeys();
        return from is { } begins && to is { } ends ? new(begins, ends, days.Count > 0 ? days : Enum.GetValues<DayOfWeek>().ToHashSet()) : null;
    }

    static TimeOnly? Time(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text)
            return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        map.Report(key, $"`{key}: {text}` is no time of day.", $"Write for example `{key}: \"18:00\"`, in quotes.");
        return null;
    }

    static DateOnly? First(YamlMap map)
    {
        if (map.Text("first") is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        map.Report("first", $"`first: {text}` is no day.", "Write for example `first: 2026-01-05`: then the first member begins.");
        return null;
    }

    static DayOfWeek? Day(YamlMap map, string key, string text)
    {
        if (Array.IndexOf(DayNames, text) is >= 0 and var index)
            return (DayOfWeek)index;
        map.Report(key, $"`{text}` is no weekday.", "Write monday, tuesday, wednesday, thursday, friday, saturday or sunday.");
        return null;
    }

    // A week without a change of the clock says what every week is like.
    static void WarnOfGaps(YamlMap entry, Schedule schedule)
    {
        var from = LocalTime.At(schedule.Zone, schedule.Rotations.Max(rotation => rotation.First).AddDays(7), TimeOnly.MinValue);
        var gaps = schedule.Between(from, from.AddDays(7), []).Where(duty => duty.IsGap).ToArray();
        if (gaps.Length > 0)
            entry.Warn("rotations", $"Nobody is on duty in `{schedule.Id}` for {gaps.Sum(gap => (gap.To - gap.From).TotalHours):0.#} hours of a week, first on {LocalTime.Of(schedule.Zone, gaps[0].From).ToString("dddd HH:mm", CultureInfo.InvariantCulture)}.",
                "Add a rotation without `hours:` below, or make sure that the next level of its policies is reached then.");
    }
}
