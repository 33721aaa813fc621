using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store.Aggregates;

/// <summary>The spans of aggregates, in milliseconds.</summary>
static class Tiers
{
    public const long Minute = 60_000;
    public const long Hour = 3_600_000;
    public const long Day = 24 * Hour;

    /// <summary>The start of the span that an instant lies in.</summary>
    public static long Floor(long at, long span) => at - (((at % span) + span) % span);

    /// <summary>The length of one aggregate.</summary>
    public static long Step(Tier tier) => tier == Tier.Minute ? Minute : Hour;

    /// <summary>The time that one stored chunk of aggregates spans: long enough that a row is worth its head.</summary>
    public static long Window(Tier tier) => tier == Tier.Minute ? Day : 30 * Day;
}
