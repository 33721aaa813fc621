using OpsDashboard.Logs.Store;

namespace OpsDashboard.Logs.Search;

/// <summary>A span in steps of whole minutes; the span asked for, rounded outwards.</summary>
/// <param name="FirstMinute">Since 1970.</param>
/// <param name="LastMinute">Exclusive.</param>
sealed record CountSpan(long FirstMinute, long LastMinute, int Minutes)
{
    static readonly TimeSpan Default = TimeSpan.FromDays(1);

    static readonly int[] Steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 7 * 1440];

    public DateTimeOffset From => LineId.OfMinute(FirstMinute);

    public DateTimeOffset To => LineId.OfMinute(LastMinute);

    /// <summary>The filter's span; the last day where it names none.</summary>
    public static CountSpan Of(LogFilter filter, int bars, DateTimeOffset now)
    {
        var to = filter.To ?? now;
        var from = filter.From ?? to - Default;
        // Up to now means with the minute that has begun.
        var (first, last) = (LineId.Minute(from), filter.To is null ? LineId.Minute(to) + 1 : LineId.Minute(to + TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1)));
        last = Math.Max(last, first + 1);
        if (bars == 1)
            return new(first, last, (int)Math.Min(int.MaxValue, last - first));
        var step = Steps.FirstOrDefault(step => (last - first + step - 1) / step <= bars, Steps[^1]);
        first -= first % step;
        return new(first, last + ((step - ((last - first) % step)) % step), step);
    }

    public int StepOf(DateTimeOffset at) => (int)((LineId.Minute(at) - FirstMinute) / Minutes);

    public LogCounts Answer(IReadOnlyDictionary<(int Step, LineLevel Level), long> counts) => new(From, To, TimeSpan.FromMinutes(Minutes),
        [.. counts.OrderBy(count => count.Key.Step).ThenBy(count => count.Key.Level).Select(count => new LogCount(LineId.OfMinute(FirstMinute + ((long)count.Key.Step * Minutes)), count.Key.Level, count.Value))]);
}
