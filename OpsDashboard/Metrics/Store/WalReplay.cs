using OpsDashboard.Metrics.Store.Blobs;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>Brings write-ahead records into memory: all of them at start, those of other processes later.</summary>
sealed class WalReplay(Head head, ISampleDatabase database)
{
    readonly Dictionary<long, long> applied = [];

    /// <summary>The last record of every process that is in memory.</summary>
    public IReadOnlyDictionary<long, long> Applied => applied;

    /// <summary>Applies what is new; a damaged record is counted and left out.</summary>
    public async Task ApplyAsync(CancellationToken stop)
    {
        var series = new Dictionary<long, SeriesRef?>();
        await foreach (var record in database.ReadWalAsync(applied, stop))
        {
            Apply(record, series);
            applied[record.Process] = record.Sequence;
        }
    }

    void Apply(WalRecord record, Dictionary<long, SeriesRef?> series)
    {
        List<StoredSample> samples;
        try
        {
            samples = WalBlob.Decode(record.Data);
        }
        catch (InvalidDataException e)
        {
            head.Counters.Problem($"Write-ahead record {record.Sequence} of process {record.Process:x} is damaged and left out: {e.Message}");
            return;
        }
        var batch = new List<PendingSample>(samples.Count);
        foreach (var sample in samples)
        {
            if (!series.TryGetValue(sample.Series, out var one))
                series[sample.Series] = one = Find(sample.Series, record);
            if (one is not null)
                batch.Add(new(one, sample.At, sample.Value));
        }
        head.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch), stored: true);
    }

    HeadSeries? Find(long id, WalRecord record)
    {
        if (head.Index.ByStoredId(id) is { } known)
            return head.Index.Resolve(known.Labels, capped: false);
        head.Counters.Problem($"Write-ahead record {record.Sequence} of process {record.Process:x} names series {id}, which is not stored; its samples are left out.");
        return null;
    }
}
