namespace OpsDashboard.Incidents.Numbers;

/// <summary>What of an incident counts for numbers: the clock of the system in which it began.</summary>
public sealed record IncidentMeasure(string SystemId, IncidentSeverity Severity, DateTimeOffset OpenedAt, DateTimeOffset BeganAt, DateTimeOffset? AcknowledgedAt, DateTimeOffset? RestoredAt)
{
    public TimeSpan? ToAcknowledge => Since(AcknowledgedAt);
    public TimeSpan? ToRestore => Since(RestoredAt);

    // Acknowledged before somebody moved the start of the impact behind it: at once.
    TimeSpan? Since(DateTimeOffset? at) => at is not { } known ? null : known < BeganAt ? TimeSpan.Zero : known - BeganAt;
}

/// <summary>Mean and median of spans; null where there was none, never 0.</summary>
public sealed record SpanFigure(int Count, TimeSpan? Mean, TimeSpan? Median)
{
    public static SpanFigure Of(IEnumerable<TimeSpan?> spans)
    {
        var sorted = spans.OfType<TimeSpan>().Order().ToArray();
        if (sorted.Length == 0)
            return new(0, null, null);
        var middle = sorted.Length / 2;
        return new(sorted.Length, TimeSpan.FromTicks((long)sorted.Average(span => (double)span.Ticks)), sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }
}

/// <summary>Numbers of some incidents.</summary>
/// <param name="Judged">Those that are restored and whose system has an RTO.</param>
/// <param name="Met">Of them, those restored within it.</param>
public sealed record IncidentFigures(int Count, IReadOnlyDictionary<IncidentSeverity, int> BySeverity, SpanFigure Acknowledge, SpanFigure Restore, int Judged, int Met);

/// <summary>How fast incidents were taken and ended, together and by system, severity and the calendar month (UTC) in which they were opened. Pure.</summary>
/// <param name="Measures">The earliest first.</param>
public sealed record IncidentNumbers(IReadOnlyList<IncidentMeasure> Measures, Func<string, IncidentSeverity, TimeSpan?> Within)
{
    public IncidentFigures All => Figures(Measures);

    public IncidentFigures OfSystem(string system) => Figures(Measures.Where(measure => measure.SystemId == system));

    /// <summary>A row a system, severity and month that has any.</summary>
    public IEnumerable<(string System, IncidentSeverity Severity, string Month, IncidentFigures Figures)> Rows() =>
        from measure in Measures
        group measure by (measure.SystemId, measure.Severity, Month: MonthOf(measure.OpenedAt)) into same
        orderby same.Key.Month, same.Key.SystemId, same.Key.Severity
        select (same.Key.SystemId, same.Key.Severity, same.Key.Month, Figures(same));

    static string MonthOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    IncidentFigures Figures(IEnumerable<IncidentMeasure> some)
    {
        var measures = some.ToArray();
        var judged = measures.Select(measure => (Took: measure.ToRestore, Rto: Within(measure.SystemId, measure.Severity))).Where(one => one is { Took: not null, Rto: not null }).ToArray();
        return new(measures.Length, Enum.GetValues<IncidentSeverity>().ToDictionary(severity => severity, severity => measures.Count(measure => measure.Severity == severity)),
            SpanFigure.Of(measures.Select(measure => measure.ToAcknowledge)), SpanFigure.Of(measures.Select(measure => measure.ToRestore)), judged.Length, judged.Count(one => one.Took <= one.Rto));
    }
}
