using OpsDashboard.Logs.Store.Database;

namespace OpsDashboard.Logs.Store;

/// <summary>Lines of one caller who waits for their commit.</summary>
sealed class WaitingBatch(IReadOnlyList<LogRow> rows, IReadOnlyList<StoredPattern> patterns, IReadOnlyList<SourceMove> moves, bool isDurable)
{
    public IReadOnlyList<LogRow> Rows { get; } = rows;

    /// <summary>Of each row, by its place.</summary>
    public IReadOnlyList<StoredPattern> Patterns { get; } = patterns;

    public IReadOnlyList<SourceMove> Moves { get; } = moves;

    public bool IsDurable { get; } = isDurable;
    public long Bytes { get; } = rows.Sum(row => row.Bytes);

    /// <summary>Ends with the commit, or with why there was none.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Batches that wait for the next commit, so many bytes at most. Thread-safe.</summary>
sealed class LogQueue(long maxBytes)
{
    readonly Lock gate = new();
    readonly LinkedList<WaitingBatch> waiting = [];
    long bytes;

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>False: full. A batch that is larger than all that may wait gets in alone.</summary>
    public bool TryAdd(WaitingBatch batch)
    {
        lock (gate)
        {
            if (bytes > 0 && bytes + batch.Bytes > maxBytes)
                return false;
            waiting.AddLast(batch);
            bytes += batch.Bytes;
            return true;
        }
    }

    /// <summary>The oldest batches, about so many lines; they count as waiting until <see cref="Settled"/>. One that may be refused for its moves comes alone.</summary>
    public List<WaitingBatch> Take(int lines)
    {
        lock (gate)
        {
            var taken = new List<WaitingBatch>();
            for (var count = 0; waiting.First is { } first && count < lines; count += first.Value.Rows.Count)
            {
                if (taken.Count > 0 && (first.Value.Moves.Count > 0 || taken[^1].Moves.Count > 0))
                    break;
                taken.Add(first.Value);
                waiting.RemoveFirst();
            }
            return taken;
        }
    }

    public void Settled(IEnumerable<WaitingBatch> batches)
    {
        lock (gate)
            bytes -= batches.Sum(batch => batch.Bytes);
    }
}
