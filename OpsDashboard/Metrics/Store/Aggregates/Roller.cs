using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store.Aggregates;

/// <summary>
/// Computes the aggregates of every hour that is sealed, and anew those of hours into which a late sample fell.
/// What it wrote and how far it came are one transaction a slice, so that it goes on where it was after a crash.
/// </summary>
sealed class Roller(Head head, ISampleDatabase database)
{
    /// <summary>Series a transaction.</summary>
    const int Slice = 200;

    /// <summary>Hours made anew a transaction.</summary>
    const int DirtyAtATime = 200;

    /// <summary>How far back the sample before a span is looked for; a counter silent for longer starts anew.</summary>
    const long Before = 10 * Tiers.Minute;

    /// <summary>The most that is computed in one go, so that a long outage is not held in memory at once.</summary>
    const long Most = 6 * Tiers.Hour;

    /// <summary>Computes what is due and returns up to where aggregates are complete.</summary>
    /// <param name="upTo">Up to where they were.</param>
    /// <param name="cut">Up to where samples are sealed.</param>
    /// <param name="breathe">Called between transactions.</param>
    /// <param name="stop">Ends it between transactions.</param>
    public async Task<long> RollAsync(long upTo, long cut, Func<Task> breathe, CancellationToken stop)
    {
        // The cut is inclusive: the hour before it is complete.
        var end = Tiers.Floor(cut, Tiers.Hour);
        if (upTo == long.MinValue)
            upTo = await database.FirstSampleAsync(stop) is { } first ? Tiers.Floor(first, Tiers.Hour) : end;
        while (upTo < end)
        {
            var to = Math.Min(end, upTo + Most);
            foreach (var slice in (await database.SeriesInSpanAsync(upTo, to, stop)).Chunk(Slice))
            {
                await database.CommitAsync(new() { Chunks = await ComputeAsync(slice, upTo, to, stop) }, stop);
                await breathe();
            }
            await database.CommitAsync(new() { Rolled = to }, stop);
            upTo = to;
        }
        await CleanAsync(upTo, breathe, stop);
        return upTo;
    }

    async Task CleanAsync(long upTo, Func<Task> breathe, CancellationToken stop)
    {
        while (await database.ReadDirtyAsync(upTo, DirtyAtATime, stop) is { Count: > 0 } dirty)
        {
            var chunks = new List<StoredChunk>();
            foreach (var hours in dirty.GroupBy(one => one.Series))
            {
                // The hour after it too: the sample before its first is another now. One commit holds one chunk a window.
                var (first, last) = (hours.Min(one => one.Hour), hours.Max(one => one.Hour));
                chunks.AddRange(await ComputeAsync([hours.Key], first, Math.Min(upTo, last + (2 * Tiers.Hour)), stop));
            }
            await database.CommitAsync(new() { Chunks = chunks, Cleaned = dirty }, stop);
            await breathe();
        }
    }

    async Task<List<StoredChunk>> ComputeAsync(IReadOnlyList<long> series, long from, long to, CancellationToken stop)
    {
        var samples = new Dictionary<long, SampleBuffer>();
        await foreach (var chunk in database.ReadChunksAsync(series, Tier.Raw, from - Before, to - 1, stop))
            samples[chunk.Series] = ChunkMerge.Add(samples.GetValueOrDefault(chunk.Series) ?? new(), chunk, from - Before, to - 1, head.Counters);
        var chunks = new List<StoredChunk>();
        foreach (var (id, raw) in samples)
        {
            var metric = head.Index.ByStoredId(id)?.Labels.Metric ?? "";
            var minutes = Aggregator.Of(raw, from, to, Tiers.Minute, Aggregator.IsCounter(metric, head.Metadata));
            if (minutes.Count == 0)
                continue;
            await MergeAsync(id, Tier.Minute, minutes, from, to, chunks, stop);
            await MergeAsync(id, Tier.Hour, Aggregator.Coarser(minutes, Tiers.Hour), from, to, chunks, stop);
        }
        return chunks;
    }

    /// <summary>Puts new aggregates among those that the windows they fall into have already.</summary>
    async Task MergeAsync(long series, Tier tier, List<Aggregate> fresh, long from, long to, List<StoredChunk> into, CancellationToken stop)
    {
        var window = Tiers.Window(tier);
        foreach (var part in fresh.GroupBy(span => Tiers.Floor(span.Start, window)))
        {
            var spans = new List<Aggregate>();
            await foreach (var stored in database.ReadChunksAsync([series], tier, part.Key, part.Key + window - 1, stop))
                spans.AddRange(AggregateReader.Decode(stored, head.Counters).Where(span => span.Start < from || span.Start >= to));
            spans.AddRange(part);
            spans.Sort((one, other) => one.Start.CompareTo(other.Start));
            into.Add(new(series, tier, spans[0].Start, spans[^1].LastAt, spans.Count, 0, AggregateBlob.Encode(spans)));
        }
    }
}
