using System.Collections.Concurrent;

namespace OpsDashboard.Metrics.Store;

/// <summary>All series that the store knows, by identity and by label, and who follows them. Thread-safe.</summary>
sealed class SeriesIndex(int maxLive)
{
    /// <summary>The latest word on every identity; an evicted one only says what the database calls it.</summary>
    readonly ConcurrentDictionary<Labels, HeadSeries> known = [];
    readonly Dictionary<int, HeadSeries> byOrdinal = [];
    readonly Dictionary<long, int> byStoredId = [];
    readonly Postings postings = new();
    readonly ReaderWriterLockSlim gate = new();
    Follower[] followers = [];
    int nextOrdinal;
    int live;
    long cut = long.MinValue;

    public int LiveCount => Volatile.Read(ref live);

    public int Count => known.Count;

    /// <summary>Samples up to here are stored in chunks, or are about to be.</summary>
    public long Cut => Volatile.Read(ref cut);

    /// <summary>Finds or adds the live series of an identity.</summary>
    /// <param name="labels">The identity.</param>
    /// <param name="capped">False where samples must not be lost to the cap.</param>
    /// <exception cref="SeriesLimitException">There are as many live series as there may be.</exception>
    public HeadSeries Resolve(Labels labels, bool capped = true)
    {
        if (known.TryGetValue(labels, out var found) && !found.IsEvicted)
            return found;
        gate.EnterWriteLock();
        try
        {
            if (known.TryGetValue(labels, out found) && !found.IsEvicted)
                return found;
            if (capped && live >= maxLive)
                throw new SeriesLimitException($"{maxLive} series are in memory already, the cap set by Metrics__MaxSeries. Raise it, or drop labels that vary without end.");
            live++;
            return found is null
                ? Add(new(labels, nextOrdinal++, cut))
                : Replace(new(labels, found.Ordinal, cut) { StoredId = found.StoredId, Followers = found.Followers });
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Adds series that the database has and the index has not.</summary>
    public void Load(long storedId, Labels labels)
    {
        gate.EnterWriteLock();
        try
        {
            if (!known.TryGetValue(labels, out var series))
                series = Add(HeadSeries.Dormant(labels, nextOrdinal++, storedId));
            Name(series, storedId);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Notes the numbers that the database gave.</summary>
    public void Stored(IReadOnlyList<HeadSeries> series, IReadOnlyList<long> ids)
    {
        gate.EnterWriteLock();
        try
        {
            for (var i = 0; i < ids.Count; i++)
                Name(byOrdinal[series[i].Ordinal], ids[i]);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    public HeadSeries? ByStoredId(long id)
    {
        gate.EnterReadLock();
        try
        {
            return byStoredId.TryGetValue(id, out var ordinal) ? byOrdinal[ordinal] : null;
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    public HeadSeries ByOrdinal(int ordinal)
    {
        gate.EnterReadLock();
        try
        {
            return byOrdinal[ordinal];
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>The database's number, or 0 where it has none.</summary>
    public long StoredIdOf(int ordinal)
    {
        gate.EnterReadLock();
        try
        {
            return byOrdinal.GetValueOrDefault(ordinal)?.StoredId ?? 0;
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    public List<HeadSeries> Select(IReadOnlyList<LabelMatcher> matchers)
    {
        gate.EnterReadLock();
        try
        {
            return postings.Select(matchers).ConvertAll(ordinal => byOrdinal[ordinal]);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>Moves the cut and returns the series that may have samples before it; later ones are born with the new cut.</summary>
    public List<HeadSeries> MoveCut(long to)
    {
        gate.EnterWriteLock();
        try
        {
            Volatile.Write(ref cut, Math.Max(cut, to));
            return [.. byOrdinal.Values.Where(series => !series.IsEvicted)];
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Drops what is stored up to the cut from the series, and the series that are then empty.</summary>
    public void EndSeal(IReadOnlyList<HeadSeries> series, long upTo)
    {
        var scratch = new SampleBuffer();
        var evicted = series.Where(one => one.EndSeal(upTo, scratch)).ToList();
        gate.EnterWriteLock();
        try
        {
            live -= evicted.Count;
            foreach (var one in evicted)
            {
                // Resolved but never used; what has samples gets its number with them.
                if (!one.WasUsed && one.StoredId == 0 && byOrdinal.GetValueOrDefault(one.Ordinal) == one)
                    Remove(one);
            }
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Packs the chunks of every n-th series, so that a minute's calls reach all.</summary>
    public void Pack(int part, int parts, SampleBuffer scratch)
    {
        foreach (var series in Part(part, parts))
            series.Pack(scratch);
    }

    List<HeadSeries> Part(int part, int parts)
    {
        gate.EnterReadLock();
        try
        {
            return [.. byOrdinal.Values.Where(series => series.Ordinal % parts == part && !series.IsEvicted)];
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>Bytes of all chunks in memory.</summary>
    public long LiveBytes()
    {
        gate.EnterReadLock();
        try
        {
            return byOrdinal.Values.Sum(series => (long)series.Bytes);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    public Follower Follow(IReadOnlyList<LabelMatcher> matchers, Action observer)
    {
        var follower = new Follower(matchers, observer, Leave);
        gate.EnterWriteLock();
        try
        {
            followers = [.. followers, follower];
            foreach (var ordinal in postings.Select(follower.Matchers))
                byOrdinal[ordinal].Followers = [.. byOrdinal[ordinal].Followers, follower];
        }
        finally
        {
            gate.ExitWriteLock();
        }
        return follower;
    }

    HeadSeries Add(HeadSeries series)
    {
        series.Followers = [.. followers.Where(follower => follower.Wants(series.Labels))];
        postings.Add(series.Labels, series.Ordinal);
        return Replace(series);
    }

    HeadSeries Replace(HeadSeries series)
    {
        byOrdinal[series.Ordinal] = series;
        known[series.Labels] = series;
        return series;
    }

    void Remove(HeadSeries series)
    {
        postings.Remove(series.Labels, series.Ordinal);
        byOrdinal.Remove(series.Ordinal);
        known.TryRemove(series.Labels, out _);
    }

    void Name(HeadSeries series, long storedId)
    {
        series.StoredId = storedId;
        byStoredId[storedId] = series.Ordinal;
    }

    void Leave(Follower follower)
    {
        gate.EnterWriteLock();
        try
        {
            followers = [.. followers.Where(other => other != follower)];
            foreach (var ordinal in postings.Select(follower.Matchers))
                byOrdinal[ordinal].Followers = [.. byOrdinal[ordinal].Followers.Where(other => other != follower)];
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }
}
