using OpsDashboard.Metrics.Store.Blobs;

namespace OpsDashboard.Metrics.Store;

/// <summary>What became of one sample.</summary>
enum AppendResult { Added, Duplicate, Conflict, Late, Evicted, NoRoom }

/// <summary>
/// The part of a series that is in memory: closed chunks, one open chunk, and a few samples that came out of order.
/// Every member is safe to call from any thread; the lock is a series' own and is never held across another's.
/// </summary>
sealed class HeadSeries(Labels labels, int ordinal, long sealedUpTo) : SeriesRef(labels)
{
    /// <summary>Big enough that its header and its object do not matter, small enough that a quiet series wastes little.</summary>
    const int FirstChunkBytes = 128;
    const int ChunkBytes = 512;

    /// <summary>The array's head and its entry in the list.</summary>
    const int ChunkOverhead = 24 + 40;

    /// <summary>Closed chunks are packed when they hold so many samples, or are so many themselves.</summary>
    const int SamplesToPack = 240;
    const int ChunksToPack = 16;

    /// <summary>Past this many the series is written anew with all its samples in order.</summary>
    const int MaxOutOfOrder = 256;

    readonly Lock gate = new();
    readonly List<ChunkView> closed = [];
    XorEncoder open = new([]);
    long openMinAt;
    SortedList<long, double>? outOfOrder;
    long sealedUpTo = sealedUpTo;
    volatile bool evicted;
    long storedId;

    /// <summary>Its place in the index.</summary>
    public int Ordinal => ordinal;

    /// <summary>The database's number for it; 0 until it is stored.</summary>
    public long StoredId
    {
        get => Volatile.Read(ref storedId);
        set => Volatile.Write(ref storedId, value);
    }

    /// <summary>A series of which the database alone has samples.</summary>
    public static HeadSeries Dormant(Labels labels, int ordinal, long storedId) => new(labels, ordinal, long.MaxValue) { evicted = true, StoredId = storedId };

    public override bool IsEvicted => evicted;

    /// <summary>A sample was offered, so that something may refer to it.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>Who is told when samples arrive. Replaced as a whole, never changed.</summary>
    public Follower[] Followers { get; set; } = [];

    public AppendResult Append(long at, double value)
    {
        lock (gate)
        {
            if (evicted)
                return AppendResult.Evicted;
            WasUsed = true;
            if (at <= sealedUpTo)
                return Find(at) is { } unsealed ? Compare(unsealed, value) : AppendResult.Late;
            if (open.Count == 0 || at > open.LastAt)
            {
                if (open.Count == 0 && closed.Count > 0 && at <= closed[^1].MaxAt)
                    return AppendOutOfOrder(at, value);
                if (outOfOrder?.TryGetValue(at, out var held) == true)
                    return Compare(held, value);
                AppendInOrder(at, value);
                return AppendResult.Added;
            }
            return at == open.LastAt ? Compare(open.LastValue, value) : AppendOutOfOrder(at, value);
        }
    }

    /// <summary>What memory holds of the series in the span.</summary>
    /// <param name="from">Inclusive.</param>
    /// <param name="to">Inclusive.</param>
    /// <param name="reused">An empty buffer to fill; one is made otherwise.</param>
    public SampleBuffer Read(long from, long to, SampleBuffer? reused = null)
    {
        var (chunks, late) = Snapshot(from, to);
        var size = 0;
        foreach (ref readonly var chunk in chunks.AsSpan())
            size += chunk.Count;
        var buffer = reused ?? new SampleBuffer(size);
        foreach (ref readonly var chunk in chunks.AsSpan())
            buffer.Add(chunk, from, to);
        return late is null ? buffer : SampleBuffer.Merge(buffer, late);
    }

    /// <summary>
    /// The last sample up to an instant, where it is the last that the series has: then nothing needs to be decoded. False where that is not so.
    /// What came out of order is older.
    /// </summary>
    public bool TryLatest(long to, out long at, out double value)
    {
        lock (gate)
        {
            (at, value) = open.Count > 0 ? (open.LastAt, open.LastValue) : (long.MinValue, 0);
            return open.Count > 0 && at <= to;
        }
    }

    /// <summary>At most this many samples lie in the span.</summary>
    public int CountAtMost(long from, long to)
    {
        lock (gate)
        {
            var count = outOfOrder?.Count ?? 0;
            foreach (var chunk in closed)
                count += chunk.Overlaps(from, to) ? chunk.Count : 0;
            return count + (OpenOverlaps(from, to) ? open.Count : 0);
        }
    }

    /// <summary>Packs the closed chunks as they would be stored: a third of the bytes, at a price that the appender need not pay.</summary>
    public void Pack(SampleBuffer scratch)
    {
        int first;
        ChunkView[] loose;
        lock (gate)
        {
            first = closed.FindIndex(chunk => !chunk.IsPacked);
            loose = first < 0 ? [] : [.. closed[first..]];
        }
        var samples = loose.Sum(chunk => chunk.Count);
        if (samples < SamplesToPack && loose.Length < ChunksToPack)
            return;
        scratch.Truncate(0);
        foreach (ref readonly var chunk in loose.AsSpan())
            scratch.Add(chunk, long.MinValue, long.MaxValue);
        var packed = new ChunkView(ChunkBlob.Encode(scratch.Times, scratch.Values), ChunkView.Packed, samples, loose[0].MinAt, loose[^1].MaxAt);
        lock (gate)
        {
            // Only if they are still there: a seal or a rewriting may have taken them.
            if (closed.Count < first + loose.Length || closed[first].Data != loose[0].Data || closed[first + loose.Length - 1].Data != loose[^1].Data)
                return;
            closed.RemoveRange(first, loose.Length);
            closed.Insert(first, packed);
        }
    }

    /// <summary>From now on samples up to the cut are late.</summary>
    public void BeginSeal(long cut)
    {
        lock (gate)
            sealedUpTo = Math.Max(sealedUpTo, cut);
    }

    /// <summary>Drops what is stored now. True if nothing is left: the series is evicted, it takes no more samples.</summary>
    public bool EndSeal(long cut, SampleBuffer scratch)
    {
        lock (gate)
        {
            closed.RemoveAll(chunk => chunk.MaxAt <= cut);
            if ((closed.Count > 0 && closed[0].MinAt <= cut) || (open.Count > 0 && openMinAt <= cut) || outOfOrder?.GetKeyAtIndex(0) <= cut)
                Rewrite(cut + 1, scratch);
            evicted = closed.Count == 0 && open.Count == 0;
            return evicted;
        }
    }

    /// <summary>Bytes of its chunks.</summary>
    public int Bytes
    {
        get
        {
            lock (gate)
            {
                var bytes = open.Data.Length;
                foreach (ref readonly var chunk in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(closed))
                    bytes += chunk.Data.Length + ChunkOverhead;
                return bytes;
            }
        }
    }

    void AppendInOrder(long at, double value)
    {
        if (open.Data.Length == 0)
            open = new(new byte[FirstChunkBytes]);
        else if (!open.HasRoom)
            CloseChunk();
        if (open.Count == 0)
            openMinAt = at;
        open.Append(at, value);
    }

    void CloseChunk()
    {
        closed.Add(new(open.Data, open.Bits, open.Count, openMinAt, open.LastAt));
        open = new(new byte[ChunkBytes]);
    }

    AppendResult AppendOutOfOrder(long at, double value)
    {
        if (Find(at) is { } held)
            return Compare(held, value);
        outOfOrder ??= [];
        outOfOrder.Add(at, value);
        if (outOfOrder.Count >= MaxOutOfOrder)
            Rewrite(long.MinValue, new());
        return AppendResult.Added;
    }

    double? Find(long at)
    {
        if (outOfOrder?.TryGetValue(at, out var late) == true)
            return late;
        foreach (var chunk in closed)
        {
            if (chunk.Overlaps(at, at) && Find(chunk, at) is { } found)
                return found;
        }
        return OpenOverlaps(at, at) ? Find(new ChunkView(open.Data, open.Bits, open.Count, openMinAt, open.LastAt), at) : null;
    }

    static double? Find(in ChunkView chunk, long at)
    {
        var found = new SampleBuffer();
        found.Add(chunk, at, at);
        return found.Count > 0 ? found.Values[0] : null;
    }

    /// <summary>Writes the chunks anew: in order, and only what is not before the given time.</summary>
    void Rewrite(long from, SampleBuffer scratch)
    {
        var all = scratch;
        all.Truncate(0);
        foreach (var chunk in closed)
            all.Add(chunk, from, long.MaxValue);
        if (open.Count > 0)
            all.Add(new ChunkView(open.Data, open.Bits, open.Count, openMinAt, open.LastAt), from, long.MaxValue);
        if (outOfOrder is not null)
            all = SampleBuffer.Merge(all, LateBetween(from, long.MaxValue));
        closed.Clear();
        outOfOrder = null;
        open = new([]);
        for (var i = 0; i < all.Count; i++)
            AppendInOrder(all.Times[i], all.Values[i]);
    }

    (ChunkView[] Chunks, SampleBuffer? Late) Snapshot(long from, long to)
    {
        lock (gate)
        {
            var first = closed.FindIndex(chunk => chunk.MaxAt >= from);
            var last = closed.FindLastIndex(chunk => chunk.MinAt <= to);
            var count = first < 0 || last < first ? 0 : last - first + 1;
            var withOpen = OpenOverlaps(from, to);
            var chunks = new ChunkView[count + (withOpen ? 1 : 0)];
            if (count > 0)
                closed.CopyTo(first, chunks, 0, count);
            if (withOpen)
                chunks[^1] = new(open.Data.AsSpan(0, Math.Min(open.Data.Length, (open.Bits >> 3) + 1 + XorEncoder.Slack)).ToArray(), open.Bits, open.Count, openMinAt, open.LastAt);
            return (chunks, outOfOrder is null ? null : LateBetween(from, to));
        }
    }

    SampleBuffer LateBetween(long from, long to)
    {
        var late = new SampleBuffer();
        foreach (var (at, value) in outOfOrder!)
        {
            if (at >= from && at <= to)
                late.Add(at, value);
        }
        return late;
    }

    bool OpenOverlaps(long from, long to) => open.Count > 0 && openMinAt <= to && open.LastAt >= from;

    // Bits are compared, not values: NaN equals itself here, and -0 differs from 0.
    public static AppendResult Compare(double held, double value) =>
        BitConverter.DoubleToInt64Bits(held) == BitConverter.DoubleToInt64Bits(value) ? AppendResult.Duplicate : AppendResult.Conflict;
}
