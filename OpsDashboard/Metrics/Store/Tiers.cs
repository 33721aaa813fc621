namespace OpsDashboard.Metrics.Store;

/// <summary>The spans of aggregates, in milliseconds.</summary>
static class Tiers
{
    public const long Minute = 60_000;
    public const long Hour = 3_600_000;

    /// <summary>The start of the span that an instant lies in.</summary>
    public static long Floor(long at, long span) => at - (((at % span) + span) % span);
}
