using OpsDashboard.Metrics.Store.Aggregates;
using OpsDashboard.Metrics.Store.Blobs;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>Chunks of one series, put together in the order of their first samples.</summary>
static class ChunkMerge
{
    /// <summary>The raw samples that the database has of a series in a span.</summary>
    public static async Task<SampleBuffer> ReadAsync(ISampleDatabase database, long series, long from, long to, StoreCounters counters, CancellationToken stop)
    {
        var found = new SampleBuffer();
        await foreach (var chunk in database.ReadChunksAsync([series], Tier.Raw, from, to, stop))
            found = Add(found, chunk, from, to, counters);
        return found;
    }

    /// <summary>Adds a chunk's samples in [from, to]; what is there already stays. A damaged chunk is counted and left out.</summary>
    public static SampleBuffer Add(SampleBuffer to, in StoredChunk chunk, long from, long until, StoreCounters counters)
    {
        var before = to.Count;
        var apart = before > 0 && chunk.MinAt <= to.LastAt;
        var target = apart ? new SampleBuffer(chunk.Count) : to;
        try
        {
            ChunkBlob.Decode(chunk.Data, target, from, until);
        }
        catch (InvalidDataException e)
        {
            counters.Problem($"A chunk of series {chunk.Series}, {Stamp(chunk.MinAt)} to {Stamp(chunk.MaxAt)}, is damaged and left out: {e.Message}");
            to.Truncate(before);
            return to;
        }
        return apart ? SampleBuffer.Merge(to, target) : to;
    }

    /// <summary>Makes one chunk a window: a chunk that spans the whole retention would be read by every query.</summary>
    public static void Split(long series, SampleBuffer samples, long window, long seal, List<StoredChunk> into)
    {
        for (var start = 0; start < samples.Count;)
        {
            var end = start;
            var windowEnd = Tiers.Floor(samples.Times[start], window) + window;
            while (end < samples.Count && samples.Times[end] < windowEnd)
                end++;
            var data = ChunkBlob.Encode(samples.Times[start..end], samples.Values[start..end]);
            into.Add(new(series, Tier.Raw, samples.Times[start], samples.Times[end - 1], end - start, seal, data));
            start = end;
        }
    }

    public static string Stamp(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd HH:mm:ss'Z'");
}
