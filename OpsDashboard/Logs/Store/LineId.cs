using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store;

/// <summary>Ids that ascend with time: milliseconds since 1970 above a counter, so that one key orders, pages and bounds by time.</summary>
static class LineId
{
    const int CounterBits = 21;

    const long CounterMask = (1L << CounterBits) - 1;

    public const long UnitsPerMinute = 60_000L << CounterBits, UnitsPerDay = 1440 * UnitsPerMinute;

    /// <summary>Lines of one millisecond stay in the order of the counter, which begins again after two million lines.</summary>
    public static long Of(DateTimeOffset at, long counter) => (Math.Max(0, at.ToUnixTimeMilliseconds()) << CounterBits) | (counter & CounterMask);

    /// <summary>The first id that a line of this time, or later, can have.</summary>
    public static long From(DateTimeOffset at) => Math.Max(0, (Instant.ToMicroseconds(at) + 999) / 1000) << CounterBits;

    public static DateTimeOffset At(long id) => DateTimeOffset.FromUnixTimeMilliseconds(id >> CounterBits);

    public static long Day(long id) => id / UnitsPerDay;

    public static long Minute(long id) => id / UnitsPerMinute;

    public static long Minute(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 60_000;

    public static DateTimeOffset OfMinute(long minute) => DateTimeOffset.FromUnixTimeMilliseconds(minute * 60_000);
}
