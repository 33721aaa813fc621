namespace OpsDashboard.Metrics.Collectors;

/// <summary>Remembers which series a target's metric and labels are, so that a run builds no identity twice. Not thread-safe.</summary>
sealed class AddedSeries(TargetLabels target, ISampleAppender appender)
{
    // A collector whose label values keep changing must not grow this without end; starting over costs one slow run.
    const int MaxEntries = 20_000;

    readonly Dictionary<int, Entry> byHash = [];
    readonly HashSet<string> described = [];
    int count;

    public SeriesRef Resolve(string metric, ReadOnlySpan<(string Name, string Value)> labels)
    {
        var hash = Hash(metric, labels);
        byHash.TryGetValue(hash, out var first);
        for (var entry = first; entry is not null; entry = entry.Next)
        {
            if (entry.Metric != metric || !labels.SequenceEqual(entry.Labels))
                continue;
            if (entry.Series.IsEvicted)
                entry.Series = appender.Resolve(target.Identify(metric, labels));
            return entry.Series;
        }
        var series = appender.Resolve(target.Identify(metric, labels));
        if (++count > MaxEntries)
        {
            byHash.Clear();
            (count, first) = (1, null);
        }
        byHash[hash] = new(metric, labels.ToArray(), series, first);
        return series;
    }

    /// <summary>True the first time a metric is named, so that its description is kept once and not once a run.</summary>
    public bool DescribeOnce(string metric) => described.Count < MaxEntries && described.Add(metric);

    static int Hash(string metric, ReadOnlySpan<(string Name, string Value)> labels)
    {
        var hash = new HashCode();
        hash.Add(metric);
        foreach (var (name, value) in labels)
        {
            hash.Add(name);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    sealed class Entry(string metric, (string Name, string Value)[] labels, SeriesRef series, Entry? next)
    {
        public string Metric => metric;
        public (string Name, string Value)[] Labels => labels;
        public SeriesRef Series { get; set; } = series;
        public Entry? Next => next;
    }
}
