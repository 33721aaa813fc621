namespace OpsDashboard.Objectives;

/// <summary>The part of a month that has passed, and how finely it is read.</summary>
/// <param name="Step">Milliseconds between readings.</param>
public readonly record struct PeriodSpan(long From, long To, long Step)
{
    const long Second = 1_000, Minute = 60_000, Hour = 3_600_000;

    public TimeSpan Length => TimeSpan.FromMilliseconds(To - From);

    public TimeSpan Distance => TimeSpan.FromMilliseconds(Step);

    public int Readings => To <= From ? 0 : (int)((To - From) / Step);

    public static PeriodSpan Of(Month month, long now) => new(month.From, Math.Min(month.To, now), Hour);

    /// <summary>The same span from the first data on, read more finely the shorter it is: a program installed this morning has no hourly readings to show.</summary>
    public PeriodSpan Since(long firstData)
    {
        var from = Math.Max(From, firstData);
        var step = (To - from) switch
        {
            > 14 * Hour => Hour,
            > 30 * Minute => Minute,
            _ => 5 * Second,
        };
        return new(from, To, step);
    }
}
