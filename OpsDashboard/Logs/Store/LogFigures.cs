using System.Collections.Concurrent;
using System.Numerics;
using OpsDashboard.Metrics.Collectors.Self;

namespace OpsDashboard.Logs.Store;

/// <summary>What became of all lines since the start of the process. Thread-safe.</summary>
sealed class LogFigures : ISelfFigures
{
    readonly ConcurrentDictionary<(string System, string Reason), long> lost = new();
    readonly long[] flaws = new long[BitOperations.Log2((uint)LineFlaws.Masked) + 1];
    long stored, bytes, waiting, failedCommits;

    public long Stored => Interlocked.Read(ref stored);

    public void Store(IReadOnlyList<LogEntry> entries, long size)
    {
        Interlocked.Add(ref stored, entries.Count);
        Interlocked.Add(ref bytes, size);
        foreach (var entry in entries)
        {
            for (var rest = (uint)entry.Flaws; rest != 0; rest &= rest - 1)
                Interlocked.Increment(ref flaws[BitOperations.TrailingZeroCount(rest)]);
        }
    }

    public void Waiting(long size) => Interlocked.Exchange(ref waiting, size);

    public void Failed() => Interlocked.Increment(ref failedCommits);

    public void Lost(string? systemId, string reason, long lines)
    {
        if (lines > 0)
            lost.AddOrUpdate((systemId ?? "", reason), lines, (_, before) => before + lines);
    }

    public long LostBy(string? systemId, string reason) => lost.GetValueOrDefault((systemId ?? "", reason));

    public void Report(SelfFigures figures)
    {
        figures.Counter("log_stored_lines_total", "Lines stored.", Stored);
        figures.Counter("log_bytes_total", "Bytes of text stored.", Interlocked.Read(ref bytes));
        figures.Counter("log_commits_failed_total", "Commits that the database did not take.", Interlocked.Read(ref failedCommits));
        figures.Gauge("log_waiting_bytes", "Bytes of lines that wait for the database.", Interlocked.Read(ref waiting));
        for (var i = 0; i < flaws.Length; i++)
            figures.Counter("log_flawed_lines_total", "Lines that were not as they should be, and stored nevertheless.", Interlocked.Read(ref flaws[i]), ("flaw", ((LineFlaws)(1 << i)).ToString()));
        foreach (var ((system, reason), lines) in lost)
            figures.Counter("log_lost_lines_total", "Lines that were not stored.", lines, ("of", system), ("reason", reason));
    }
}
