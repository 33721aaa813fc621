namespace OpsDashboard.Objectives;

/// <summary>How a figure stands against its target. Without a target or without data nothing is met: never 0, never green.</summary>
public enum KpiOutcome { Missed, NoData, Met, NoTarget }

public enum KpiMethod
{
    /// <summary>Computed once over the whole period: rates, ratios and quantiles of counters and histograms.</summary>
    WholePeriod,
    /// <summary>Mean of the readings at regular instants of the period.</summary>
    MeanOfReadings,
    /// <summary>Events of the period, each counted.</summary>
    Counted,
}

/// <summary>A figure of one period.</summary>
/// <param name="Actual">Null where there is no data.</param>
/// <param name="Step">Distance of the readings; zero for <see cref="KpiMethod.WholePeriod"/>.</param>
/// <param name="Problem">Why it could not be computed, in a sentence; null otherwise.</param>
public sealed record KpiFigure(double? Actual, KpiMethod Method, TimeSpan Step, int Readings, string? Problem = null)
{
    public static readonly KpiFigure None = new(null, KpiMethod.MeanOfReadings, TimeSpan.Zero, 0);

    public KpiOutcome Against(KpiTarget? target) => (target, Actual) switch
    {
        (null, _) => KpiOutcome.NoTarget,
        (_, null) => KpiOutcome.NoData,
        ({ } goal, { } actual) => goal.IsMet(actual) ? KpiOutcome.Met : KpiOutcome.Missed,
    };

    /// <summary>Relative change since another period; null where one of the two has no data or the other is zero.</summary>
    public double? ChangeSince(KpiFigure? before) =>
        before?.Actual is { } old && Actual is { } actual && old != 0 ? (actual - old) / Math.Abs(old) : null;
}
