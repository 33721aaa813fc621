using System.Runtime.InteropServices;
using OpsDashboard.Metrics.Store.Aggregates;
using OpsDashboard.Metrics.Store.Blobs;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>
/// Merges the small chunks that late samples make with the chunks of their time, so that a query reads one row instead of many.
/// What a query reads stays what it was: chunks are replaced in one transaction, and only with others that were read back first.
/// </summary>
sealed class Compaction(Head head, ISampleDatabase database, MetricsOptions options)
{
    /// <summary>Late chunks looked up in one go.</summary>
    const int Slice = 500;

    /// <summary>Windows in one go: the next seal waits for it, and a back-fill of months leaves more than a few minutes' work.</summary>
    const int MostWindows = 20_000;

    /// <summary>More are not held in memory for it: the chunks then stay apart.</summary>
    const long MostSamples = 500_000;

    readonly long window = (long)options.HeadSpan.TotalMilliseconds;

    /// <summary>Goes once over all series, so that it ends while late samples keep coming. Returns how many windows it looked at.</summary>
    public async Task<int> MergeAsync(Func<Task> breathe, CancellationToken stop)
    {
        // What is merged belongs to the last complete seal; before the first there is nothing to merge with.
        var seal = (await database.ReadStateAsync(stop)).Seal;
        var (after, merged, windows) = ((Series: long.MinValue, MinAt: long.MinValue), (Series: long.MinValue, Start: long.MinValue), 0);
        while (seal > 0 && windows < MostWindows && await database.ReadLateChunksAsync(after.Series, after.MinAt, Slice, stop) is { Count: > 0 } late)
        {
            foreach (var (series, minAt) in late)
            {
                after = (series, minAt);
                var next = (series, Tiers.Floor(minAt, window));
                if (next == merged)
                    continue;
                merged = next;
                windows++;
                await MergeAsync(series, merged.Start, seal, stop);
                await breathe();
            }
        }
        return windows;
    }

    async Task MergeAsync(long series, long start, long seal, CancellationToken stop)
    {
        var found = await TogetherAsync(series, start, seal, stop);
        var late = found.Where(one => one.Chunk.Seal == 0).Select(one => one.Id).ToList();
        if (late.Count == 0)
            return;
        var chunks = found.Count > 1 && found.Sum(one => (long)one.Chunk.Count) <= MostSamples ? Merge(series, found, seal) : null;
        // What is damaged is kept as it is: somebody may be able to mend it.
        var commit = chunks is null ? new StoreCommit { Settled = late } : new() { Chunks = chunks, Replaced = found.ConvertAll(one => one.Id) };
        await database.CommitAsync(commit, stop);
    }

    /// <summary>
    /// The chunks of a window and all that overlap these. Of two values for one instant the chunk that begins first has the word:
    /// were an overlapping chunk left out, it could be another one afterwards.
    /// </summary>
    async Task<List<(long Id, StoredChunk Chunk)>> TogetherAsync(long series, long start, long seal, CancellationToken stop)
    {
        var (from, to) = (start, start + window - 1);
        while (true)
        {
            // A later seal is not complete: its chunks may be abandoned.
            var found = (await database.ReadRawChunksAsync(series, from, to, stop)).FindAll(one => one.Chunk.Seal <= seal);
            var (first, last) = (from, to);
            foreach (var (_, chunk) in found)
                (first, last) = (Math.Min(first, chunk.MinAt), Math.Max(last, chunk.MaxAt));
            if ((first, last) == (from, to) || found.Sum(one => (long)one.Chunk.Count) > MostSamples)
                return found;
            (from, to) = (first, last);
        }
    }

    /// <summary>Null if a chunk cannot be read, or not be read back.</summary>
    List<StoredChunk>? Merge(long series, List<(long Id, StoredChunk Chunk)> found, long seal)
    {
        var problems = head.Counters.ProblemCount;
        var samples = new SampleBuffer();
        foreach (var (_, chunk) in found)
            samples = ChunkMerge.Add(samples, chunk, long.MinValue, long.MaxValue, head.Counters);
        if (head.Counters.ProblemCount != problems || samples.Count == 0)
            return null;
        var chunks = new List<StoredChunk>();
        ChunkMerge.Split(series, samples, window, seal, chunks);
        return IsSame(samples, chunks) ? chunks : null;
    }

    static bool IsSame(SampleBuffer samples, List<StoredChunk> chunks)
    {
        var read = new SampleBuffer(samples.Count);
        foreach (var chunk in chunks)
            ChunkBlob.Decode(chunk.Data, read, long.MinValue, long.MaxValue);
        return read.Times.SequenceEqual(samples.Times) && MemoryMarshal.Cast<double, long>(read.Values).SequenceEqual(MemoryMarshal.Cast<double, long>(samples.Values));
    }
}
