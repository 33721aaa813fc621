using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>Compares late samples with the stored ones before they are taken, for senders who are told the exact outcome.</summary>
sealed class LateSift(Head head, ISampleDatabase database)
{
    /// <summary>The samples that are new, or not late; and what became of the others.</summary>
    public async Task<(ReadOnlyMemory<PendingSample> Unknown, AppendOutcome Known)> SiftAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop)
    {
        var cut = head.Index.Cut;
        var stored = new Dictionary<int, SampleBuffer>();
        foreach (var late in Late(batch.Span, cut).GroupBy(sample => ((HeadSeries)sample.Series).Ordinal))
        {
            var id = head.Index.StoredIdOf(late.Key);
            if (id != 0)
                stored[late.Key] = await ChunkMerge.ReadAsync(database, id, late.Min(sample => sample.At), late.Max(sample => sample.At), head.Counters, stop);
        }
        return stored.Values.All(samples => samples.Count == 0) ? (batch, default) : Sift(batch.Span, cut, stored, head.Counters);
    }

    static List<PendingSample> Late(ReadOnlySpan<PendingSample> batch, long cut)
    {
        var late = new List<PendingSample>();
        foreach (var sample in batch)
        {
            if (sample.At <= cut)
                late.Add(sample);
        }
        return late;
    }

    static (ReadOnlyMemory<PendingSample>, AppendOutcome) Sift(ReadOnlySpan<PendingSample> batch, long cut, Dictionary<int, SampleBuffer> stored, StoreCounters counters)
    {
        var rest = new List<PendingSample>(batch.Length);
        var (same, other) = (0, 0);
        foreach (var sample in batch)
        {
            var place = sample.At <= cut && stored.TryGetValue(((HeadSeries)sample.Series).Ordinal, out var samples) ? samples.Times.BinarySearch(sample.At) : -1;
            if (place < 0)
                rest.Add(sample);
            else if (HeadSeries.Compare(stored[((HeadSeries)sample.Series).Ordinal].Values[place], sample.Value) == AppendResult.Duplicate)
                same++;
            else
                other++;
        }
        var known = new AppendOutcome(same, other, 0, 0);
        counters.Batch(known, same, 0);
        return (rest.ToArray(), known);
    }
}
