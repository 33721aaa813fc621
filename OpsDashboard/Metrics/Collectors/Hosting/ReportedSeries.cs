namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>Compares what a target reports with what it reported before: what ended gets a stale marker and is remembered as silent. Not thread-safe.</summary>
sealed class ReportedSeries
{
    /// <summary>A series that has been silent for longer is forgotten: it is gone, not silent.</summary>
    static readonly long Remembered = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    // More silent series than this are not told apart from new ones; a target that renames its series all the time must not fill the memory.
    const int MaxSilent = 50_000;

    readonly List<Reported> previous = [];
    readonly Dictionary<Labels, long> silent = [];
    IReadOnlyList<SilentSeries> named = [];
    long previousAt;
    bool hasChanged;

    readonly record struct Reported(SeriesRef Series, bool HasOwnStamp);

    public int SilentCount => silent.Count;

    /// <summary>Adds a marker for each series of the last run that is missing now. Samples with a stamp of their own end by themselves, as in Prometheus.</summary>
    public void Compare(ReadOnlySpan<PendingSample> current, long at, List<PendingSample> markers)
    {
        // Nearly always the same series in the same order: that takes one comparison a series and no look-up.
        if (!IsSame(current))
        {
            FindEnded(current, at, markers);
            previous.Clear();
            foreach (ref readonly var sample in current)
                previous.Add(new(sample.Series, sample.At != at));
        }
        previousAt = at;
    }

    /// <summary>The silent series, longest silent first.</summary>
    public IReadOnlyList<SilentSeries> Silent(long now)
    {
        foreach (var gone in silent.Where(entry => now - entry.Value > Remembered).Select(entry => entry.Key).ToList())
            hasChanged |= silent.Remove(gone);
        if (hasChanged)
        {
            named = [.. silent.OrderBy(entry => entry.Value).Take(CollectorState.MaxSilent).Select(entry => new SilentSeries(entry.Key, DateTimeOffset.FromUnixTimeMilliseconds(entry.Value)))];
            hasChanged = false;
        }
        return named;
    }

    bool IsSame(ReadOnlySpan<PendingSample> current)
    {
        if (current.Length != previous.Count)
            return false;
        for (var i = 0; i < current.Length; i++)
        {
            if (!ReferenceEquals(current[i].Series, previous[i].Series))
                return false;
        }
        return true;
    }

    void FindEnded(ReadOnlySpan<PendingSample> current, long at, List<PendingSample> markers)
    {
        var reported = new HashSet<Labels>(current.Length);
        foreach (ref readonly var sample in current)
            reported.Add(sample.Series.Labels);
        var ended = new List<Labels>();
        foreach (var (series, hasOwnStamp) in previous)
        {
            // Added, so that a series which one run reported twice ends once.
            if (!reported.Add(series.Labels))
                continue;
            if (!hasOwnStamp)
                markers.Add(new(series, at, StaleMarker.Value));
            if (silent.Count < MaxSilent)
                ended.Add(series.Labels);
        }
        if (silent.Count > 0)
        {
            foreach (var labels in reported)
                hasChanged |= silent.Remove(labels);
        }
        foreach (var labels in ended)
            hasChanged |= silent.TryAdd(labels, previousAt);
    }
}
