using System.Runtime.InteropServices;
using OpsDashboard.Logs.Store;
using OpsDashboard.Logs.Store.Database;

namespace OpsDashboard.Logs.Search;

/// <summary>Answers from the counters by minute and pattern, without looking at lines.</summary>
sealed class LogCounting(ILogDatabase database)
{
    /// <summary>What is usual is told from so much before a span.</summary>
    const long UsualMinutes = 7 * 1440;

    public async Task<Dictionary<(int Step, LineLevel Level), long>> ByLevelAsync(LogScope scope, LogFilter filter, CountSpan span, CancellationToken stop)
    {
        var patterns = (await PatternsAsync(scope, filter, stop)).ToDictionary(pattern => pattern.Id);
        var counts = new Dictionary<(int, LineLevel), long>();
        foreach (var count in await CountAsync(scope, span, stop))
        {
            if (patterns.TryGetValue(count.Pattern, out var pattern))
                CollectionsMarshal.GetValueRefOrAddDefault(counts, (count.Step, pattern.Level), out _) += count.Lines;
        }
        return counts;
    }

    /// <param name="lines">Lines by pattern where they were counted one by one; null: from the counters.</param>
    public async Task<LogPatterns> PatternsAsync(LogScope scope, LogFilter filter, CountSpan span, DateTimeOffset newSince, int limit, Dictionary<long, long>? lines, CancellationToken stop)
    {
        var patterns = await PatternsAsync(scope, filter, stop);
        lines ??= Sum(await CountAsync(scope, span, stop));
        var before = new CountSpan(span.FirstMinute - UsualMinutes, span.FirstMinute, (int)UsualMinutes);
        var usual = Sum(await CountAsync(scope, before, stop));
        var ordered = patterns.Where(pattern => lines.GetValueOrDefault(pattern.Id) > 0)
            .Select(pattern => new LogPattern(pattern.Id, pattern.System.Length == 0 ? null : pattern.System, pattern.Level, pattern.Category, pattern.Event, pattern.Text, lines[pattern.Id],
                pattern.FirstAt, pattern.LastAt, UsualPerHour(pattern), pattern.Example, pattern.FirstAt >= newSince))
            .OrderByDescending(pattern => pattern.IsNew).ThenByDescending(pattern => pattern.Lines).ThenBy(pattern => pattern.Id).ToList();
        return new(span.From, span.To, [.. ordered.Take(limit)], ordered.Count <= limit && !ordered.Any(pattern => pattern.Text == LogPatternBook.Others));

        double? UsualPerHour(StoredPattern pattern)
        {
            // Only over the time in which it can have been seen.
            var hours = (span.From - (pattern.FirstAt > before.From ? pattern.FirstAt : before.From)).TotalHours;
            return hours < 1 ? null : usual.GetValueOrDefault(pattern.Id) / hours;
        }
    }

    async Task<List<StoredPattern>> PatternsAsync(LogScope scope, LogFilter filter, CancellationToken stop) => [.. (await database.PatternsAsync(scope.Systems, stop)).Where(pattern =>
        (filter.Levels.Count == 0 || filter.Levels.Contains(pattern.Level))
        && Any(filter.Categories, pattern.Category)
        && Any(filter.Events, pattern.Event)
        && (filter.Pattern is null || filter.Pattern == pattern.Id))];

    async Task<List<PatternCount>> CountAsync(LogScope scope, CountSpan span, CancellationToken stop)
    {
        var (from, to) = (span.FirstMinute * LineId.UnitsPerMinute, span.LastMinute * LineId.UnitsPerMinute);
        var counts = new List<PatternCount>();
        foreach (var partition in (await database.PartitionsAsync(stop)).Where(one => scope.Holds(one.System) && one.LastId >= from && one.FirstId < to))
            counts.AddRange(await database.CountAsync(partition, span.FirstMinute, span.LastMinute, span.Minutes, stop));
        return counts;
    }

    static Dictionary<long, long> Sum(List<PatternCount> counts)
    {
        var sums = new Dictionary<long, long>();
        foreach (var count in counts)
            CollectionsMarshal.GetValueRefOrAddDefault(sums, count.Pattern, out _) += count.Lines;
        return sums;
    }

    static bool Any(IReadOnlyList<string> wanted, string? value) => wanted.Count == 0 || (value is not null && wanted.Contains(value, StringComparer.OrdinalIgnoreCase));
}
