namespace OpsDashboard.Metrics.PromQl.Evaluation;

/// <summary>Collects the values of successive steps into series. Not thread-safe.</summary>
/// <param name="steps">How many there are: what has a value at the first mostly has one at each.</param>
sealed class SeriesBuilder(EvaluationLimits limits, long steps)
{
    /// <summary>Points for which room is made before they are there.</summary>
    const long MostRoom = 8_000_000;

    readonly Dictionary<Labels, List<Sample>> series = [];

    // Steps bring the same series in the same order: the next one is mostly the one behind the last.
    readonly List<(Labels Labels, List<Sample> Samples)> order = [];
    int next;
    long? first;

    /// <exception cref="PromQlException">Two elements of one step have the same labels.</exception>
    /// <exception cref="QueryLimitException">More series than an answer may have.</exception>
    public void Add(Labels labels, long at, double value)
    {
        first ??= at;
        var known = Find(labels, at);
        if (known.Count > 0 && known[^1].At == at)
            throw new PromQlException("vector cannot contain metrics with the same labelset");
        known.Add(new(at, value));
    }

    List<Sample> Find(Labels labels, long at)
    {
        if (next >= order.Count)
            next = 0;
        if (order.Count > 0 && ReferenceEquals(order[next].Labels, labels))
            return order[next++].Samples;
        if (series.TryGetValue(labels, out var known))
            return known;
        if (series.Count >= limits.Series)
            throw new QueryLimitException($"the answer has more than {limits.Series} series; aggregate or select fewer");
        series.Add(labels, known = at == first && steps * (series.Count + 1) <= MostRoom ? new((int)steps) : []);
        order.Add((labels, known));
        next = order.Count;
        return known;
    }

    public Track[] ToTracks()
    {
        var tracks = new Track[series.Count];
        var i = 0;
        foreach (var (labels, samples) in series)
            tracks[i++] = new(labels, [.. samples.Select(sample => sample.At)], [.. samples.Select(sample => sample.Value)]);
        return tracks;
    }

    /// <summary>The series in the order of their labels, as Prometheus sorts a matrix.</summary>
    public IReadOnlyList<QuerySeries> ToSeries()
    {
        var sorted = new List<QuerySeries>(series.Count);
        foreach (var (labels, samples) in series)
            sorted.Add(new(labels, samples));
        sorted.Sort(static (a, b) => LabelOrder.Compare(a.Labels, b.Labels));
        return sorted;
    }
}

/// <summary>The order of label sets: label by label, name before value, ordinal (model/labels, Compare).</summary>
static class LabelOrder
{
    public static int Compare(Labels a, Labels b)
    {
        var left = a.AsSpan();
        var right = b.AsSpan();
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = string.CompareOrdinal(left[i].Name, right[i].Name);
            if (order == 0)
                order = string.CompareOrdinal(left[i].Value, right[i].Value);
            if (order != 0)
                return order;
        }
        return left.Length - right.Length;
    }
}
