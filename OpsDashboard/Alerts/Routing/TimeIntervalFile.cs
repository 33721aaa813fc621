using System.Globalization;
using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts.Routing;

/// <summary>Reads the ranges of a time interval: <c>monday:friday</c>, <c>1:5</c>, <c>-3:-1</c>, <c>january:march</c>, start and end times.</summary>
static partial class TimeIntervalFile
{
    const int MinutesOfDay = 24 * 60;

    static readonly string[] Days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    static readonly string[] MonthNames = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    public static IReadOnlyDictionary<string, IReadOnlyList<TimeInterval>> Read(YamlMap root)
    {
        var found = new Dictionary<string, IReadOnlyList<TimeInterval>>();
        // The second is Alertmanager's older word for the same list.
        foreach (var entry in root.Maps("time_intervals").Concat(root.Maps("mute_time_intervals")))
        {
            var name = entry.Required("name");
            if (!found.TryAdd(name, [.. entry.Maps("time_intervals").Select(ReadOne)]))
                entry.Report("name", $"The time interval `{name}` stands here twice.", "Give one of them another name.");
            entry.RejectUnknownKeys();
        }
        return found;
    }

    static TimeInterval ReadOne(YamlMap map)
    {
        var interval = new TimeInterval
        {
            Times = ReadTimes(map),
            Weekdays = Ranges(map, "weekdays", Days, offset: 0, from: 0, to: 6),
            DaysOfMonth = Ranges(map, "days_of_month", null, 0, -31, 31),
            Months = Ranges(map, "months", MonthNames, offset: 1, from: 1, to: 12),
            Years = Ranges(map, "years", null, 0, 0, 9999),
            Location = ReadLocation(map),
        };
        map.RejectUnknownKeys();
        return interval;
    }

    static TimeZoneInfo ReadLocation(YamlMap map)
    {
        if (map.Text("location") is not { } name || name is "Local")
            return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
            return zone;
        map.Report("location", $"`{name}` is no time zone.", "Write for example `location: Europe/Berlin`.");
        return TimeZoneInfo.Utc;
    }

    static List<NumberRange>? ReadTimes(YamlMap map)
    {
        if (!map.Has("times"))
            return null;
        var ranges = new List<NumberRange>();
        foreach (var entry in map.Maps("times"))
        {
            var (from, to) = (Minute(entry, "start_time"), Minute(entry, "end_time"));
            if (from is { } start && to is { } end && start >= end)
                entry.Report("start_time", "The time ends before it starts.", "Past midnight, write two entries: one up to 24:00, one from 00:00.");
            ranges.Add(new(from ?? 0, to ?? MinutesOfDay));
            entry.RejectUnknownKeys();
        }
        return ranges;
    }

    static int? Minute(YamlMap entry, string key)
    {
        var text = entry.Required(key);
        if (Clock().Match(text) is { Success: true } match)
            return text == "24:00" ? MinutesOfDay : (Number(match.Groups[1].Value) * 60) + Number(match.Groups[2].Value);
        if (text.Length > 0)
            entry.Report(key, $"`{text}` is no time of the day.", $"Write for example `{key}: \"09:00\"`, up to 24:00.");
        return null;
    }

    static List<NumberRange>? Ranges(YamlMap map, string key, string[]? names, int offset, int from, int to)
    {
        if (!map.Has(key))
            return null;
        var ranges = new List<NumberRange>();
        foreach (var text in map.Texts(key))
        {
            var ends = text.Split(':');
            if (ends.Length <= 2 && Value(ends[0], names, offset) is { } first && Value(ends[^1], names, offset) is { } last && IsRange(key, first, last, from, to))
                ranges.Add(new(first, last));
            else
                map.Report(key, $"`{text}` is no range of {key.Replace('_', ' ')}.", names is null ? $"Write for example `{key}: ['1:5']`." : $"Write for example `{key}: ['{names[1]}:{names[5]}']`.");
        }
        return ranges;
    }

    static bool IsRange(string key, int first, int last, int from, int to)
    {
        if (first < from || first > to || last < from || last > to)
            return false;
        if (key != "days_of_month")
            return first <= last;
        // As if the month had 31 days; from a negative to a positive day no month has a range.
        return first != 0 && last != 0 && !(first < 0 && last > 0) && (first < 0 ? 32 + first : first) <= (last < 0 ? 32 + last : last);
    }

    static int? Value(string text, string[]? names, int offset)
    {
        var trimmed = text.Trim();
        if (int.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        var index = names is null ? -1 : Array.IndexOf(names, trimmed.ToLowerInvariant());
        return index < 0 ? null : index + offset;
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Clock();
}
