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

    readonly long span = (long)options.HeadSpan.TotalMilliseconds;
    readonly long delay = (long)options.SealDelay.TotalMilliseconds;
    long sealedAs;

    /// <summary>Up to where the chunks reach.</summary>
    public long Cut { get; private set; } = long.MinValue;

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
        var regular = Tiers.Floor(now - delay, span);
        if (regular > Cut)
            return regular;
        var early = Tiers.Floor(now - delay, Tiers.Minute);
        return early > Cut + Tiers.Minute && head.Index.LiveBytes() > options.HeadBytes ? early : null;
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
            var full = slice.Select(one => (Series: one, Samples: Take(one, cut))).Where(pair => pair.Samples.Count > 0).ToList();
            await writer.NumberAsync(full.Select(pair => pair.Series), stop);
            var chunks = full.ConvertAll(pair => Chunk(pair.Series, pair.Samples));
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
    }

    static SampleBuffer Take(HeadSeries series, long cut)
    {
        series.BeginSeal(cut);
        return series.Read(long.MinValue, cut);
    }

    StoredChunk Chunk(HeadSeries series, SampleBuffer samples)
    {
        var data = ChunkBlob.Encode(samples.Times, samples.Values);
        return new(series.StoredId, Tier.Raw, samples.Times[0], samples.LastAt, samples.Count, sealedAs + 1, data);
    }
}
