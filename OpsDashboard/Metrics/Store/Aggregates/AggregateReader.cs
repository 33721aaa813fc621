using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store.Aggregates;

/// <summary>Reads stored aggregates. Thread-safe.</summary>
sealed class AggregateReader(Head head, ISampleDatabase database)
{
    /// <summary>Those of the series that start in [from, to), by the database's number of the series, ascending.</summary>
    public async Task<Dictionary<long, List<Aggregate>>> ReadAsync(IReadOnlyList<long> series, Tier tier, long from, long to, CancellationToken stop)
    {
        var found = new Dictionary<long, List<Aggregate>>();
        await foreach (var chunk in database.ReadChunksAsync(series, tier, from, to - 1, stop))
        {
            if (!found.TryGetValue(chunk.Series, out var spans))
                found[chunk.Series] = spans = [];
            spans.AddRange(Decode(chunk, head.Counters).Where(span => span.Start >= from && span.Start < to));
        }
        return found;
    }

    /// <summary>A damaged chunk is counted and empty.</summary>
    public static Aggregate[] Decode(in StoredChunk chunk, StoreCounters counters)
    {
        try
        {
            return AggregateBlob.Decode(chunk.Data);
        }
        catch (InvalidDataException e)
        {
            counters.Problem($"Aggregates a {chunk.Tier.ToString().ToLowerInvariant()} of series {chunk.Series}, {ChunkMerge.Stamp(chunk.MinAt)} to {ChunkMerge.Stamp(chunk.MaxAt)}, are damaged and left out: {e.Message}");
            return [];
        }
    }
}
