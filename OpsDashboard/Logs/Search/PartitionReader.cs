using OpsDashboard.Logs.Store.Database;

namespace OpsDashboard.Logs.Search;

/// <summary>The lines of one partition, newest first, read in growing portions. Not thread-safe.</summary>
sealed class PartitionReader(ILogDatabase database, LogPartition partition, LineMatch match, long from, long to)
{
    const int MaxPortion = 5000;

    readonly Queue<LogEntry> portion = [];
    long end = Math.Min(to, partition.LastId + 1);
    bool isRead;
    int size = 200;

    /// <summary>No line to come has a greater id; negative at the end.</summary>
    public long Next => portion.TryPeek(out var first) ? first.Id : isRead || end <= from ? -1 : end - 1;

    /// <summary>The next line, or null where it had to be looked for: ask <see cref="Next"/> again.</summary>
    public async ValueTask<LogEntry?> TakeAsync(CancellationToken stop)
    {
        if (portion.TryDequeue(out var entry))
            return entry;
        var lines = await database.ReadAsync(partition, new(match, from, end), size, stop);
        isRead = lines.Count < size;
        size = Math.Min(size * 4, MaxPortion);
        if (lines.Count > 0)
            end = lines[^1].Id;
        lines.ForEach(portion.Enqueue);
        return null;
    }
}

/// <summary>The lines of several partitions as one list, newest first, already decided by the match. Not thread-safe.</summary>
sealed class MergedReader
{
    readonly LineMatch match;
    readonly PriorityQueue<PartitionReader, long> readers = new();

    public MergedReader(ILogDatabase database, IEnumerable<LogPartition> partitions, LineMatch match, long from, long to)
    {
        this.match = match;
        foreach (var partition in partitions)
            Add(new(database, partition, match, from, to));
    }

    /// <summary>Lines with greater ids have been looked at; negative at the end.</summary>
    public long Next => readers.TryPeek(out var first, out _) ? first.Next : -1;

    /// <summary>Null at the end.</summary>
    public async ValueTask<LogEntry?> TakeAsync(CancellationToken stop)
    {
        while (readers.TryPeek(out var reader, out _))
        {
            stop.ThrowIfCancellationRequested();
            var entry = await reader.TakeAsync(stop);
            readers.Dequeue();
            Add(reader);
            if (entry is not null && match.Matches(entry))
                return entry;
        }
        return null;
    }

    void Add(PartitionReader reader)
    {
        if (reader.Next >= 0)
            readers.Enqueue(reader, -reader.Next);
    }
}
