namespace OpsDashboard.Alerts;

/// <summary>
/// How restless a condition is: every firing counts one and halves each ten minutes. Pure, so that the score can be had anew from stored firings.
/// </summary>
public static class FlapScore
{
    /// <summary>From this on a condition flaps: three firings seven minutes apart, or one every ten minutes for long.</summary>
    public const double Flapping = 2;

    /// <summary>How far back firings still count.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(2);

    static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(10);

    public static double Of(IEnumerable<DateTimeOffset> firings, DateTimeOffset at) =>
        firings.Where(fired => fired <= at && at - fired <= Memory).Sum(fired => Math.Pow(0.5, (at - fired) / HalfLife));
}
