using OpsDashboard.Live;
using OpsDashboard.Logs.Search;
using OpsDashboard.Logs.Store.Database;

namespace OpsDashboard.Logs.Store;

/// <summary>
/// Brings lines into the database. There is no writer's loop: of those who wait, one commits for all, so that a commit grows with what came meanwhile.
/// </summary>
sealed class LogStore(ILogDatabase database, LogsOptions options, LogFigures figures, LiveBus bus, TimeProvider time, KnownLines? known = null) : ILogAppender, IDisposable
{
    /// <summary>About so many lines a commit.</summary>
    const int MaxCommitLines = 10_000;

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly LogQueue queue = new(options.MaxWaitingBytes);
    readonly LogPatternBook patterns = new(options.MaxPatternsPerSystem);
    readonly SemaphoreSlim writing = new(1, 1);
    long counter = Random.Shared.NextInt64(1 << 21);

    public async Task OpenAsync(CancellationToken stop)
    {
        await database.OpenAsync(stop);
        patterns.Load(await database.PatternsAsync(null, stop));
    }

    public Task<LogAppendOutcome> AppendAsync(IReadOnlyList<LogEntry> batch, CancellationToken stop, bool durable = true) => AppendAsync(batch, [], durable, stop);

    public Task<LogAppendOutcome> AppendAsync(IReadOnlyList<LogEntry> batch, IReadOnlyList<SourceMove> moves, CancellationToken stop) => AppendAsync(batch, moves, durable: false, stop);

    public Task<IReadOnlyList<SourcePlace>> PlacesAsync(CancellationToken stop) => database.PlacesAsync(stop);

    async Task<LogAppendOutcome> AppendAsync(IReadOnlyList<LogEntry> batch, IReadOnlyList<SourceMove> moves, bool durable, CancellationToken stop)
    {
        var oldest = time.GetUtcNow() - options.Retention;
        var (rows, kinds) = (new List<LogRow>(batch.Count), new List<StoredPattern>(batch.Count));
        foreach (var entry in batch)
        {
            if (entry.At < oldest)
            {
                figures.Lost(entry.SystemId, "too old", 1);
                continue;
            }
            var pattern = patterns.Of(entry);
            kinds.Add(pattern);
            var row = entry with { Pattern = pattern.Id };
            rows.Add(new(row, NextId(entry.At), LogWords.Of(row)));
        }
        if (rows.Count + moves.Count > 0)
            await CommitAsync(new(rows, kinds, moves, durable), stop);
        return new(rows.Count, batch.Count - rows.Count);
    }

    public void CountDropped(string? systemId, string reason, long lines) => figures.Lost(systemId, reason, lines);

    /// <summary>Ends when no commit is under way that was when it was called: what the database shows of this process by now is known (<see cref="KnownLines"/>).</summary>
    public async Task SettleAsync(CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        writing.Release();
    }

    /// <summary>Removes whole partitions; not at the same time as a commit.</summary>
    public async Task DropAsync(LogPartition partition, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            await database.DropAsync(partition, stop);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Forgets patterns that no line is of any more.</summary>
    public async Task ForgetPatternsAsync(DateTimeOffset before, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            if (await database.DropPatternsAsync(before, stop) > 0)
                patterns.Load(await database.PatternsAsync(null, stop));
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose() => writing.Dispose();

    async Task CommitAsync(WaitingBatch batch, CancellationToken stop)
    {
        if (!queue.TryAdd(batch))
            throw new LogsFullException(RetryAfter);
        figures.Waiting(queue.Bytes);
        // Once in the queue it is stored, whoever goes away meanwhile.
        await writing.WaitAsync(CancellationToken.None);
        try
        {
            while (!batch.Done.Task.IsCompleted)
                await CommitSomeAsync(queue.Take(MaxCommitLines));
        }
        finally
        {
            writing.Release();
        }
        stop.ThrowIfCancellationRequested();
        await batch.Done.Task;
    }

    async Task CommitSomeAsync(List<WaitingBatch> batches)
    {
        try
        {
            var rows = batches.SelectMany(batch => batch.Rows).ToList();
            // The full-text index wants ascending ids; those who follow want the order of arrival.
            var commit = new LogCommit([.. rows.OrderBy(row => row.Id)], Seen(batches), row => NextId(row.Entry.At), options.PartitionBytes, batches.Any(batch => batch.IsDurable), time.GetUtcNow())
            {
                Moves = [.. batches.SelectMany(batch => batch.Moves)],
            };
            await database.CommitAsync(commit, CancellationToken.None);
            var entries = rows.ConvertAll(row => row.Entry with { Id = row.Id });
            known?.Note(entries);
            figures.Store(entries, batches.Sum(batch => batch.Bytes));
            batches.ForEach(batch => batch.Done.SetResult());
            bus.Publish(new LogsAppended(entries));
        }
        catch (Exception failure)
        {
            figures.Failed();
            batches.ForEach(batch => batch.Done.TrySetException(failure));
        }
        finally
        {
            queue.Settled(batches);
            figures.Waiting(queue.Bytes);
        }
    }

    static IReadOnlyList<StoredPattern> Seen(List<WaitingBatch> batches)
    {
        var seen = new SortedDictionary<long, StoredPattern>();
        foreach (var pattern in batches.SelectMany(batch => batch.Patterns))
        {
            if (!seen.TryGetValue(pattern.Id, out var before))
                seen[pattern.Id] = pattern;
            else if (pattern.FirstAt < before.FirstAt)
                seen[pattern.Id] = pattern with { LastAt = before.LastAt };
            else if (pattern.LastAt > before.LastAt)
                seen[pattern.Id] = before with { LastAt = pattern.LastAt };
        }
        return [.. seen.Values];
    }

    long NextId(DateTimeOffset at) => LineId.Of(at, Interlocked.Increment(ref counter));
}
