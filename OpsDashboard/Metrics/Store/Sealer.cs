using OpsDashboard.Metrics.Store.Aggregates;
using OpsDashboard.Metrics.Store.Blobs;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>
/// Moves samples that are old enough out of memory into one chunk a series. The seal counts once its last transaction is in;
/// until then the write-ahead records stay, and after a crash it is done anew.
/// </summary>
sealed class Sealer(Head head, ISampleDatabase database, SampleWriter writer, MetricsOptions options)
{
    /// <summary>Series a transaction: short enough that the second's record is not held up.</summary>
    const int Slice = 500;

    /// <summary>Milliseconds between two countings of the bytes in memory, which look at every series; so long they cannot grow by much.</summary>
    const long CountInterval = 15_000;

    readonly long span = (long)options.HeadSpan.TotalMilliseconds;
    readonly long delay = (long)options.SealDelay.TotalMilliseconds;
    readonly SampleBuffer scratch = new();
    long sealedAs;
    long counted = long.MinValue;

    /// <summary>Up to where the chunks reach.</summary>
    public long Cut { get; private set; } = long.MinValue;

    /// <summary>Bytes of compressed samples in memory, as of the last look.</summary>
    public long HeadBytes { get; private set; }

    /// <summary>Aggregates are complete up to here.</summary>
    public long Rolled { get; set; }

    /// <summary>Takes over what is stored. A store that is new begins one span before now: anything older is late.</summary>
    public async Task OpenAsync(long now, CancellationToken stop)
    {
        var state = await database.ReadStateAsync(stop);
        (Cut, sealedAs, Rolled) = (state.Cut == long.MinValue ? Tiers.Floor(now, Tiers.Minute) - span : state.Cut, state.Seal, state.Rolled);
        head.Index.MoveCut(Cut);
    }

    /// <summary>Drops from memory what another process has sealed meanwhile.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        var state = await database.ReadStateAsync(stop);
        Rolled = state.Rolled;
        if (state.Cut <= Cut)
            return;
        var series = head.Index.MoveCut(state.Cut);
        foreach (var one in series)
            one.BeginSeal(state.Cut);
        head.Index.EndSeal(series, state.Cut);
        (Cut, sealedAs) = (state.Cut, state.Seal);
    }

    /// <summary>Where the next seal ends, or null while there is nothing to do.</summary>
    public long? Due(long now)
    {
        Count(now);
        var regular = Tiers.Floor(now - delay, span);
        if (regular > Cut)
            return regular;
        var early = Tiers.Floor(now - delay, Tiers.Minute);
        return early > Cut + Tiers.Minute && HeadBytes > options.HeadBytes ? early : null;
    }

    void Count(long now)
    {
        if (counted != long.MinValue && now >= counted && now - counted < CountInterval)
            return;
        counted = now;
        HeadBytes = head.Index.LiveBytes();
    }

    /// <summary>Seals up to the cut.</summary>
    /// <param name="cut">Samples up to here leave memory.</param>
    /// <param name="applied">Records of every process that are in memory; those that the seal makes needless are dropped.</param>
    /// <param name="breathe">Called between transactions.</param>
    /// <param name="stop">Ends the seal between transactions; it is then done anew later.</param>
    public async Task SealAsync(long cut, Func<IReadOnlyDictionary<long, long>> applied, Func<Task> breathe, CancellationToken stop)
    {
        await database.AbandonSealAsync(stop);
        var trim = applied();
        var series = head.Index.MoveCut(cut);
        foreach (var slice in series.Chunk(Slice))
        {
            foreach (var one in slice)
                one.BeginSeal(cut);
            var full = slice.Where(one => one.CountAtMost(long.MinValue, cut) > 0).ToList();
            await writer.NumberAsync(full, stop);
            var chunks = Chunks(full, cut);
            if (chunks.Count > 0)
                await database.CommitAsync(new() { Chunks = chunks }, stop);
            foreach (var chunk in chunks)
                head.Counters.Chunk(chunk.Count, chunk.Data.Length);
            await breathe();
        }
        await database.CommitAsync(new() { Sealed = new(cut, sealedAs + 1), TrimWal = trim }, stop);
        sealedAs++;
        Cut = cut;
        head.Index.EndSeal(series, cut);
        // Most of the head has just become garbage, old enough that nothing else would collect it soon; in the background, once an hour or so.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }

    List<StoredChunk> Chunks(List<HeadSeries> series, long cut)
    {
        var chunks = new List<StoredChunk>(series.Count);
        foreach (var one in series)
        {
            scratch.Truncate(0);
            var samples = one.Read(long.MinValue, cut, scratch);
            if (samples.Count > 0)
                chunks.Add(new(one.StoredId, Tier.Raw, samples.Times[0], samples.LastAt, samples.Count, sealedAs + 1, ChunkBlob.Encode(samples.Times, samples.Values)));
        }
        return chunks;
    }
}
