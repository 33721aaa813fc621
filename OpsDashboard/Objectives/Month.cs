using System.Globalization;

namespace OpsDashboard.Objectives;

/// <summary>A calendar month in UTC: the period of every figure that managers read.</summary>
public readonly record struct Month(int Year, int Number) : IComparable<Month>
{
    public static Month Of(DateTimeOffset instant) => new(instant.UtcDateTime.Year, instant.UtcDateTime.Month);

    /// <summary>Reads <c>2026-10</c>.</summary>
    public static Month? TryParse(string? text) =>
        DateTime.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year >= 2000 ? new(day.Year, day.Month) : null;

    public Month Add(int months)
    {
        var count = (Year * 12) + Number - 1 + months;
        return new(count / 12, (count % 12) + 1);
    }

    /// <summary>Its first millisecond.</summary>
    public long From => new DateTimeOffset(Year, Number, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The first millisecond of the next month.</summary>
    public long To => Add(1).From;

    /// <summary>October 2026.</summary>
    public string Title => new DateTime(Year, Number, 1).ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>Oct.</summary>
    public string Short => new DateTime(Year, Number, 1).ToString("MMM", CultureInfo.InvariantCulture);

    public int CompareTo(Month other) => (Year, Number).CompareTo((other.Year, other.Number));

    /// <summary>2026-10, as addresses carry it.</summary>
    public override string ToString() => $"{Year:0000}-{Number:00}";
}
