using OpsDashboard.Audit;
using OpsDashboard.Logs;

namespace OpsDashboard.Security;

/// <summary>A signal over a span of time, as an actor may see it.</summary>
/// <param name="Lines">In the span.</param>
/// <param name="Before">In the span of the same length before.</param>
/// <param name="Bars">Lines by step of the span, oldest first.</param>
/// <param name="CountedFrom">Later than the span begins where the counting ended by its time limit.</param>
public sealed record SignalReport(SecuritySignal Signal, long Lines, long Before, IReadOnlyList<long> Bars, IReadOnlyList<LogEntry> Latest, DateTimeOffset? CountedFrom, LogFilter Filter);

/// <summary>Reads the signals out of the logs. Authorizes as the search does: each actor sees the lines of their systems.</summary>
public sealed class SignalReader(ILogQuery logs)
{
    const int Bars = 48;

    /// <exception cref="Access.AccessDeniedException">The actor may read no logs, or not those of the system.</exception>
    public async Task<IReadOnlyList<SignalReport>> ReadAsync(Actor actor, string? system, DateTimeOffset from, DateTimeOffset to, int latest, CancellationToken stop)
    {
        var reports = new List<SignalReport>();
        foreach (var signal in SecuritySignals.All)
        {
            var filter = signal.Filter with { Systems = system is null ? [] : [system], From = from, To = to };
            var now = await logs.CountsAsync(actor, filter, Bars, stop);
            var before = await logs.CountsAsync(actor, filter with { From = from - (to - from), To = from }, 1, stop);
            var lines = await logs.SearchAsync(actor, filter, null, latest, stop);
            reports.Add(new(signal, now.Counts.Sum(count => count.Lines), before.Counts.Sum(count => count.Lines), Steps(now), lines.Entries, now.CountedFrom, filter));
        }
        return reports;
    }

    static long[] Steps(LogCounts counts)
    {
        var steps = new long[Math.Max(1, (int)((counts.To - counts.From) / counts.Step))];
        foreach (var count in counts.Counts)
        {
            var step = (int)((count.At - counts.From) / counts.Step);
            if (step >= 0 && step < steps.Length)
                steps[step] += count.Lines;
        }
        return steps;
    }
}
