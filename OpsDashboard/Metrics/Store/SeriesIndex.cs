using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OpsDashboard.Metrics.Store;

/// <summary>All series that the store knows, by identity and by label, and who follows them. Thread-safe.</summary>
sealed class SeriesIndex(int maxLive)
{
    readonly ConcurrentDictionary<Labels, HeadSeries> live = [];
    readonly Dictionary<int, HeadSeries> byOrdinal = [];
    readonly Postings postings = new();
    readonly ReaderWriterLockSlim gate = new();
    Follower[] followers = [];
    int nextOrdinal;

    /// <summary>Samples up to here belong to stored chunks, not to series that appear from now on.</summary>
    long cut = long.MinValue;

    public int LiveCount => live.Count;

    public bool TryGet(Labels labels, [NotNullWhen(true)] out HeadSeries? series) => live.TryGetValue(labels, out series);

    /// <exception cref="SeriesLimitException">There are as many live series as there may be.</exception>
    public HeadSeries Resolve(Labels labels)
    {
        if (live.TryGetValue(labels, out var known))
            return known;
        gate.EnterWriteLock();
        try
        {
            if (live.TryGetValue(labels, out known))
                return known;
            if (live.Count >= maxLive)
                throw new SeriesLimitException($"{maxLive} series are in memory already, the cap set by Metrics__MaxSeries. Raise it, or drop labels that vary without end.");
            return Add(labels);
        }
        finally
        {
            gate.ExitWriteLock();
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

    HeadSeries Add(Labels labels)
    {
        var series = new HeadSeries(labels, nextOrdinal++, cut) { Followers = [.. followers.Where(follower => follower.Wants(labels))] };
        byOrdinal.Add(series.Ordinal, series);
        postings.Add(labels, series.Ordinal);
        live[labels] = series;
        return series;
    }

    void Leave(Follower follower)
    {
        gate.EnterWriteLock();
        try
        {
            followers = [.. followers.Where(other => other != follower)];
            foreach (var series in byOrdinal.Values)
            {
                if (series.Followers.Contains(follower))
                    series.Followers = [.. series.Followers.Where(other => other != follower)];
            }
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }
}
