namespace OpsDashboard.Logs;

/// <summary>What became of a batch, in lines.</summary>
/// <param name="TooOld">Happened before the retention begins: not stored.</param>
public readonly record struct LogAppendOutcome(int Stored, int TooOld);

/// <summary>The way in for lines. Thread-safe. Authorizes nobody: who takes lines from outside asks for WriteLogs of their systems first.</summary>
public interface ILogAppender
{
    /// <summary>Returns after the commit; the lines can then be found. Batches of several callers share a commit; one batch is stored as a whole or not at all.</summary>
    /// <param name="durable">The sender is told that the lines are kept: on the disk. False for what can be read again.</param>
    /// <exception cref="LogsFullException">As many lines wait as may; nothing of the batch was taken.</exception>
    /// <exception cref="System.Data.Common.DbException">The database did not take it; nothing of the batch was stored.</exception>
    Task<LogAppendOutcome> AppendAsync(IReadOnlyList<LogEntry> batch, CancellationToken stop, bool durable = true);

    /// <summary>
    /// Stores the lines of sources that are read on together with how far that goes: each line once, whatever ends the process, and whoever else reads the source.
    /// Not on the disk at once: what is lost with the machine is read again.
    /// </summary>
    /// <exception cref="SourceMovedException">One of them does not stand where its reader began; nothing of the batch was stored.</exception>
    /// <inheritdoc cref="AppendAsync(IReadOnlyList{LogEntry}, CancellationToken, bool)"/>
    Task<LogAppendOutcome> AppendAsync(IReadOnlyList<LogEntry> batch, IReadOnlyList<SourceMove> moves, CancellationToken stop);

    /// <summary>How far all sources were read.</summary>
    Task<IReadOnlyList<SourcePlace>> PlacesAsync(CancellationToken stop);

    /// <summary>Counts lines that were lost before they came here (a follower too slow for its file), so that the loss is seen.</summary>
    void CountDropped(string? systemId, string reason, long lines);
}

/// <summary>Lines wait for the database and fill what memory they may. Over HTTP 429 with Retry-After.</summary>
public sealed class LogsFullException(TimeSpan retryAfter) : Exception($"Lines come faster than they can be stored; try again in {Math.Ceiling(retryAfter.TotalSeconds)} s.")
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>On the LiveBus after each commit of this process: the lines stored, with their ids, in the order of arrival. For followers; the store is the truth.</summary>
public sealed record LogsAppended(IReadOnlyList<LogEntry> Entries);
