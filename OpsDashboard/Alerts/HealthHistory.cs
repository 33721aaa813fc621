using System.Collections.Concurrent;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Alerts;

/// <summary>The worst state of a span; null where nothing was recorded: a gap, never green.</summary>
public readonly record struct HealthCell(DateTimeOffset From, Health? Health);

/// <summary>How health was: the worst state of each quarter of an hour of the last 24 hours. Thread-safe; an answer is kept for 30 s.</summary>
public sealed class HealthHistory(IPromQl promQl, TimeProvider clock)
{
    public const int Cells = 96;
    static readonly TimeSpan Cell = TimeSpan.FromMinutes(15);
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<string, (DateTimeOffset At, IReadOnlyList<HealthCell> Cells)> answers = [];

    /// <summary>Oldest first; the last cell is the quarter of an hour that has begun.</summary>
    public async ValueTask<IReadOnlyList<HealthCell>> LastDayAsync(string systemId, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (answers.TryGetValue(systemId, out var known) && now - known.At < Kept)
            return known.Cells;
        var cells = await ReadAsync(systemId, now, stop);
        answers[systemId] = (now, cells);
        return cells;
    }

    async ValueTask<IReadOnlyList<HealthCell>> ReadAsync(string systemId, DateTimeOffset now, CancellationToken stop)
    {
        var end = new DateTimeOffset(now.Ticks - (now.Ticks % Cell.Ticks) + Cell.Ticks, TimeSpan.Zero);
        var first = end - (Cell * (Cells - 1));
        var query = promQl.Parse($$"""min_over_time({{HealthHost.Series}}{system="{{systemId}}"}[15m])""");
        // Aggregates hold means, and half a minute of red beside half a minute of green would be yellow.
        var answer = await query.RangeAsync(first.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds(), (long)Cell.TotalMilliseconds, SelectOptions.Raw, stop);
        // Two environments may have written the same system's state: the worst counts.
        var worst = answer.Series.SelectMany(series => series.Samples).GroupBy(sample => sample.At).ToDictionary(group => group.Key, group => group.Min(sample => sample.Value));
        return
        [
            .. Enumerable.Range(0, Cells).Select(index => first + (Cell * index)).Select(at =>
                new HealthCell(at - Cell, worst.TryGetValue(at.ToUnixTimeMilliseconds(), out var state) && double.IsFinite(state) ? (Health)(int)state : null)),
        ];
    }
}
