using System.Data.Common;
using System.Net.Sockets;
using OpsDashboard.Metrics.Store.Blobs;
using OpsDashboard.Metrics.Store.Database;

namespace OpsDashboard.Metrics.Store;

/// <summary>Brings what the head took into the database: once a second, and at once for those who wait. One caller at a time.</summary>
sealed class SampleWriter(Head head, ISampleDatabase database, MetricsOptions options, TimeProvider time)
{
    /// <summary>So many samples that a record after an outage stays small enough to be read back in one piece.</summary>
    const int SamplesPerRecord = 100_000;

    const long Never = long.MinValue;

    readonly LateWriter late = new(head, database, options);
    readonly List<StoredSample> encoding = [];
    long sequence;
    long waitingSince = Never;

    /// <summary>Tells this process' records from those of others, and of its own former lives.</summary>
    public long Process { get; } = BitConverter.ToInt64(Guid.NewGuid().ToByteArray()) & long.MaxValue;

    /// <summary>The last record that is committed.</summary>
    public long Sequence => Volatile.Read(ref sequence);

    public DateTimeOffset? LastCommit { get; private set; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? LastError { get; private set; }

    /// <summary>For how long a write has been tried in vain.</summary>
    public TimeSpan Lag => Volatile.Read(ref waitingSince) is not Never and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Writes all that waits. False if the database could not take it; it then waits on.</summary>
    public async Task<bool> FlushAsync(bool durable, CancellationToken stop)
    {
        var samples = head.Journal.Take();
        var lates = head.Late.Take();
        var metadata = new List<MetricMetadata>();
        while (head.Described.TryDequeue(out var described))
            metadata.Add(described);
        try
        {
            if (samples.Count > 0 || lates.Count > 0 || metadata.Count > 0)
            {
                if (waitingSince == Never)
                    Volatile.Write(ref waitingSince, time.GetTimestamp());
                await WriteAsync(samples, lates, metadata, durable, stop);
                LastCommit = time.GetUtcNow();
            }
            LastError = null;
            Volatile.Write(ref waitingSince, Never);
            head.Journal.Written(samples);
            head.Late.Written();
            return true;
        }
        catch (Exception e)
        {
            LastError = e.Message;
            head.Journal.Failed(samples);
            head.Late.Failed();
            metadata.ForEach(head.Described.Enqueue);
            if (!IsOutage(e))
                throw;
            return false;
        }
    }

    /// <summary>What a database that is away, full or locked throws; anything else is a fault of ours.</summary>
    public static bool IsOutage(Exception e) => e is DbException or IOException or SocketException or TimeoutException;

    async Task WriteAsync(List<AcceptedSample> samples, Dictionary<int, SortedList<long, double>> lates, List<MetricMetadata> metadata, bool durable, CancellationToken stop)
    {
        await NumberAsync(samples.Select(sample => sample.Series).Concat(lates.Keys.Select(head.Index.ByOrdinal)), stop);
        var records = Encode(samples);
        var (chunks, dirty, conflicts) = await late.BuildAsync(lates, stop);
        await database.CommitAsync(new() { Metadata = metadata, Wal = records, Chunks = chunks, Dirty = dirty, Durable = durable }, stop);
        Volatile.Write(ref sequence, records.Count > 0 ? records[^1].Sequence : sequence);
        head.Counters.LateConflicts(conflicts);
        head.Counters.Wal(records.Sum(record => (long)record.Data.Length));
        foreach (var chunk in chunks)
            head.Counters.Chunk(chunk.Count, chunk.Data.Length);
    }

    /// <summary>Gives a number to every series that has none.</summary>
    public async Task NumberAsync(IEnumerable<HeadSeries> series, CancellationToken stop)
    {
        var unnumbered = new HashSet<HeadSeries>();
        HeadSeries? before = null;
        foreach (var one in series)
        {
            if (one == before || one.StoredId != 0)
                continue;
            before = one;
            // Evicted and resolved again meanwhile: the number is with its successor.
            one.StoredId = head.Index.ByOrdinal(one.Ordinal).StoredId;
            if (one.StoredId == 0)
                unnumbered.Add(one);
        }
        if (unnumbered.Count == 0)
            return;
        var list = unnumbered.ToList();
        var ids = await database.AddSeriesAsync(list.ConvertAll(one => one.Labels), stop);
        for (var i = 0; i < ids.Length; i++)
            list[i].StoredId = ids[i];
        head.Index.Stored(list, ids);
    }

    List<WalRecord> Encode(List<AcceptedSample> samples)
    {
        var records = new List<WalRecord>();
        for (var start = 0; start < samples.Count; start += SamplesPerRecord)
        {
            encoding.Clear();
            var latest = long.MinValue;
            for (var i = start; i < Math.Min(samples.Count, start + SamplesPerRecord); i++)
            {
                var sample = samples[i];
                latest = Math.Max(latest, sample.At);
                encoding.Add(new(sample.Series.StoredId, sample.At, sample.Value));
            }
            var data = WalBlob.Encode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(encoding), options.CompressWal);
            records.Add(new(Process, sequence + records.Count + 1, latest, data));
        }
        return records;
    }
}
