namespace OpsDashboard.Metrics.Store;

/// <summary>Fewer points for a chart that is not as wide as the samples are many. Spikes stay visible.</summary>
public static class Thinning
{
    /// <summary>
    /// At most so many points: the span is cut into equal buckets, of each the lowest and the highest sample stay, at their own times.
    /// The first and the last sample always stay; a bucket with a stale marker or NaN keeps one, so that gaps stay gaps.
    /// </summary>
    /// <param name="times">Ascending.</param>
    /// <param name="values">As many.</param>
    /// <param name="points">At least 4.</param>
    public static (long[] Times, double[] Values) MinMax(ReadOnlySpan<long> times, ReadOnlySpan<double> values, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 4);
        if (times.Length <= points)
            return (times.ToArray(), values.ToArray());
        // Three a bucket at worst: lowest, highest, gap; and the two ends.
        var buckets = (points - 2) / 3;
        if (!HasGap(values))
            buckets = (points - 2) / 2;
        var kept = new List<int>(points) { 0 };
        var width = ((double)times[^1] - times[0] + 1) / Math.Max(1, buckets);
        for (var start = 1; start < times.Length - 1;)
        {
            var bucket = (long)((times[start] - times[0]) / width);
            var end = start;
            while (end < times.Length - 1 && (long)((times[end] - times[0]) / width) == bucket)
                end++;
            Keep(values, start, end, kept);
            start = end;
        }
        kept.Add(times.Length - 1);
        return Pick(times, values, kept);
    }

    static void Keep(ReadOnlySpan<double> values, int start, int end, List<int> kept)
    {
        int lowest = -1, highest = -1, gap = -1;
        for (var i = start; i < end; i++)
        {
            if (double.IsNaN(values[i]))
                gap = gap < 0 ? i : gap;
            else if (lowest < 0)
                lowest = highest = i;
            else if (values[i] < values[lowest])
                lowest = i;
            else if (values[i] > values[highest])
                highest = i;
        }
        Span<int> places = [lowest, highest, gap];
        places.Sort();
        foreach (var place in places)
        {
            if (place > kept[^1])
                kept.Add(place);
        }
    }

    static bool HasGap(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (double.IsNaN(value))
                return true;
        }
        return false;
    }

    static (long[], double[]) Pick(ReadOnlySpan<long> times, ReadOnlySpan<double> values, List<int> kept)
    {
        var picked = (Times: new long[kept.Count], Values: new double[kept.Count]);
        for (var i = 0; i < kept.Count; i++)
            (picked.Times[i], picked.Values[i]) = (times[kept[i]], values[kept[i]]);
        return picked;
    }
}
