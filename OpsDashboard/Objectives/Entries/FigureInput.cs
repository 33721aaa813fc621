using System.Globalization;
using OpsDashboard.Access;

namespace OpsDashboard.Objectives.Entries;

/// <summary>What a person enters.</summary>
/// <param name="Day">The day that the figure is of, 2026-11-20; null is today (UTC).</param>
public sealed record FigureInput(string? System, string? Kpi, double? Value, string? Day = null, string? Source = null, string? Note = null);

/// <summary>What a correction says instead. What is null stays as it was.</summary>
public sealed record FigureCorrection(double? Value, string? Source = null, string? Note = null);

/// <summary>What an entered figure may look like. Pure.</summary>
static class FigureRules
{
    public const string DayFormat = "yyyy-MM-dd";

    public static IEnumerable<FieldProblem> Check(KpiEntry entry, double? value, string? source, string? note)
    {
        if (value is not { } number || !double.IsFinite(number))
            yield return new("value", "is a number.");
        else if (number < entry.Min || number > entry.Max)
            yield return new("value", string.Create(CultureInfo.InvariantCulture, $"lies between {entry.Min} and {entry.Max}."));
        if (string.IsNullOrWhiteSpace(source) || source.Trim().Length > EnteredFigure.LongestSource)
            yield return new("source", $"says where the figure comes from, in at most {EnteredFigure.LongestSource} characters.");
        if (note?.Trim().Length > EnteredFigure.LongestNote)
            yield return new("note", $"has at most {EnteredFigure.LongestNote} characters.");
    }

    /// <param name="kept">For how long the store takes samples of the past.</param>
    public static IEnumerable<FieldProblem> CheckDay(string day, DateTimeOffset now, TimeSpan kept)
    {
        if (!DateOnly.TryParseExact(day, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            yield return new("day", "is written as 2026-11-20.");
        else if (date > DateOnly.FromDateTime(now.UtcDateTime))
            yield return new("day", "lies in the future.");
        else if (date < Oldest(now, kept))
            yield return new("day", $"is before {Oldest(now, kept).ToString(DayFormat, CultureInfo.InvariantCulture)}: samples so old are not taken any more.");
    }

    /// <summary>The instant of the sample: now for today, noon for a day of the past.</summary>
    public static DateTimeOffset Instant(string day, DateTimeOffset now) =>
        day == now.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture)
            ? now
            : new(DateTime.ParseExact(day, DayFormat, CultureInfo.InvariantCulture).AddHours(12), TimeSpan.Zero);

    static DateOnly Oldest(DateTimeOffset now, TimeSpan kept) => DateOnly.FromDateTime((now - kept).UtcDateTime).AddDays(1);
}
