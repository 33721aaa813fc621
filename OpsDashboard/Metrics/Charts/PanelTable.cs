namespace OpsDashboard.Metrics.Charts;

/// <summary>How a panel shows its expressions.</summary>
public enum PanelShow
{
    /// <summary>Lines over the page's time range.</summary>
    Lines,

    /// <summary>A table of the values now: a row for each value of a label, a column for each expression.</summary>
    Table,

    /// <summary>As <see cref="Table"/>, with a bar beside the first column.</summary>
    Bars,

    /// <summary>The last seven days, a cell an hour of the day (UTC): when things happen.</summary>
    Hours,
}

/// <summary>A column of a panel's table.</summary>
public sealed record PanelColumn(string Title, Unit Unit);

/// <param name="Values">One for each column; null where the expression has no value for the row.</param>
public sealed record PanelRow(string Name, IReadOnlyList<double?> Values);

/// <summary>The values of a panel as of an instant.</summary>
/// <param name="Problem">Why it could not be read, fit for a person; null otherwise.</param>
public sealed record PanelTable(IReadOnlyList<PanelColumn> Columns, IReadOnlyList<PanelRow> Rows, string? Problem = null)
{
    /// <summary>What a full bar stands for: the whole of a ratio, else the largest value.</summary>
    public double FullBar => Columns is [{ Unit: Unit.Ratio }, ..] ? 1 : Rows.Select(row => row.Values[0] ?? 0).DefaultIfEmpty(0).Max();
}

/// <summary>A panel's expression by hour.</summary>
/// <param name="Values">By day and hour of the day; null where nothing was recorded.</param>
public sealed record PanelHours(IReadOnlyList<DateOnly> Days, IReadOnlyList<IReadOnlyList<double?>> Values, string? Problem = null)
{
    public const int Hours = 24;

    public double Highest => Values.SelectMany(day => day).Max() ?? 0;

    /// <summary>The hour of the day that is highest on average over the days; null without data.</summary>
    public int? PeakHour => Enumerable.Range(0, Hours).Select(hour => (hour, mean: Values.Select(day => day[hour]).Average())).Where(one => one.mean is not null)
        .OrderByDescending(one => one.mean).Select(one => (int?)one.hour).FirstOrDefault();
}
