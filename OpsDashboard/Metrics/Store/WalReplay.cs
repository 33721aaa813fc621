using OpsDashboard.Metrics.Store.Blobs;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>Brings write-ahead records into memory: all of them at start, those of other processes later.</summary>
/// <param name="head">Takes them.</param>
/// <param name="database">Has them.</param>
/// <param name="own">The number of this process, whose records are in memory already.</param>
sealed class WalReplay(Head head, ISampleDatabase database, long own)
{
    /// <summary>Series are numbered in the order of their inserts but committed in any: looks back so many.</summary>
    const int NumbersInFlight = 64;

    readonly Dictionary<long, long> applied = new() { [own] = long.MaxValue };
    long latestSeries;

    /// <summary>The last record of every other process that is in memory.</summary>
    public IEnumerable<KeyValuePair<long, long>> Applied => applied.Where(pair => pair.Key != own);

    /// <summary>Reads every record again, this process' own too, so that samples which came after their time was sealed are found by the one who seals now.</summary>
    public void Restart() => applied.Clear();

    /// <summary>Learns the series that others added.</summary>
    public async Task LoadSeriesAsync(CancellationToken stop)
    {
        await foreach (var series in database.ReadSeriesAsync(Math.Max(0, latestSeries - NumbersInFlight), stop))
        {
            head.Index.Load(series.Id, series.Labels);
            latestSeries = series.Id;
        }
    }

    /// <summary>Applies what is new; a damaged record is counted and left out.</summary>
    /// <param name="leads">True where samples that came after their time was sealed are this process' to store.</param>
    /// <param name="stop">Ends it between records.</param>
    public async Task ApplyAsync(bool leads, CancellationToken stop)
    {
        var series = new Dictionary<long, SeriesRef?>();
        await foreach (var record in database.ReadWalAsync(applied, stop))
        {
            await ApplyAsync(record, series, leads, stop);
            applied[record.Process] = record.Sequence;
        }
        applied[own] = long.MaxValue;
    }

    async Task ApplyAsync(WalRecord record, Dictionary<long, SeriesRef?> series, bool leads, CancellationToken stop)
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
        var cut = head.Index.Cut;
        var batch = new List<PendingSample>(samples.Count);
        foreach (var sample in samples)
        {
            if (sample.At <= cut && !leads)
                continue;
            if (!series.TryGetValue(sample.Series, out var one))
                series[sample.Series] = one = await FindAsync(sample.Series, record, stop);
            if (one is not null)
                batch.Add(new(one, sample.At, sample.Value));
        }
        head.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch), stored: true);
    }

    async Task<HeadSeries?> FindAsync(long id, WalRecord record, CancellationToken stop)
    {
        var labels = head.Index.ByStoredId(id)?.Labels;
        if (labels is null && (labels = await database.FindSeriesAsync(id, stop)) is not null)
            head.Index.Load(id, labels);
        if (labels is not null)
            return head.Index.Resolve(labels, capped: false);
        head.Counters.Problem($"Write-ahead record {record.Sequence} of process {record.Process:x} names series {id}, which is not stored; its samples are left out.");
        return null;
    }
}
