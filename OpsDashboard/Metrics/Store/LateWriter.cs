using OpsDashboard.Metrics.Store.Aggregates;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>Makes chunks of late samples, less those that are stored already.</summary>
sealed class LateWriter(Head head, ISampleDatabase database, MetricsOptions options)
{
    readonly long window = (long)options.HeadSpan.TotalMilliseconds;

    public async Task<(List<StoredChunk> Chunks, HashSet<(long, long)> Dirty, int Conflicts)> BuildAsync(Dictionary<int, SortedList<long, double>> lates, CancellationToken stop)
    {
        var chunks = new List<StoredChunk>();
        var dirty = new HashSet<(long, long)>();
        var conflicts = 0;
        foreach (var (ordinal, samples) in lates)
        {
            var id = head.Index.ByOrdinal(ordinal).StoredId;
            var stored = await ChunkMerge.ReadAsync(database, id, samples.Keys[0], samples.Keys[^1], head.Counters, stop);
            var fresh = new SampleBuffer();
            foreach (var (at, value) in samples)
            {
                var place = stored.Times.BinarySearch(at);
                if (place < 0)
                    fresh.Add(at, value);
                else if (HeadSeries.Compare(stored.Values[place], value) == AppendResult.Conflict)
                    conflicts++;
            }
            ChunkMerge.Split(id, fresh, window, seal: 0, chunks);
            foreach (var at in fresh.Times)
                dirty.Add((id, Tiers.Floor(at, Tiers.Hour)));
        }
        return (chunks, dirty, conflicts);
    }
}
