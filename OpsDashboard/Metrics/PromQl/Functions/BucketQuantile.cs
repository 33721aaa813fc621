namespace OpsDashboard.Metrics.PromQl.Functions;

/// <summary>One cumulative bucket of a classic histogram.</summary>
readonly record struct Bucket(double UpperBound, double Count);

/// <summary>Interpolation within the buckets of a classic histogram (promql/quantile.go, BucketQuantile and BucketFraction).</summary>
static class BucketQuantile
{
    /// <summary>Relative differences below this are artefacts of adding floating point numbers in another order.</summary>
    const double Tolerance = 1e-12;

    public static double Of(double quantile, List<Bucket> buckets)
    {
        if (double.IsNaN(quantile))
            return double.NaN;
        if (quantile < 0)
            return double.NegativeInfinity;
        if (quantile > 1)
            return double.PositiveInfinity;
        if (!SortAndMerge(buckets))
            return double.NaN;
        ForceMonotonic(buckets);
        var observations = buckets[^1].Count;
        if (buckets.Count < 2 || observations == 0)
            return double.NaN;

        var rank = quantile * observations;
        var index = 0;
        while (index < buckets.Count - 1 && !(buckets[index].Count >= rank))
            index++;
        if (index == buckets.Count - 1)
            return buckets[^2].UpperBound;
        if (index == 0 && buckets[0].UpperBound <= 0)
            return buckets[0].UpperBound;
        var (lower, below) = index > 0 ? (buckets[index - 1].UpperBound, buckets[index - 1].Count) : (0, 0);
        return lower + ((buckets[index].UpperBound - lower) * ((rank - below) / (buckets[index].Count - below)));
    }

    /// <summary>The share of observations between two values.</summary>
    public static double Fraction(double lower, double upper, List<Bucket> buckets)
    {
        if (!SortAndMerge(buckets))
            return double.NaN;
        var count = buckets[^1].Count;
        if (count == 0 || double.IsNaN(lower) || double.IsNaN(upper))
            return double.NaN;
        return lower >= upper ? 0 : (RankOf(upper, buckets) - RankOf(lower, buckets)) / count;
    }

    // How many observations lie below the value.
    static double RankOf(double value, List<Bucket> buckets)
    {
        var rank = 0.0;
        var lower = buckets[0].UpperBound <= 0 ? double.NegativeInfinity : 0;
        foreach (var bucket in buckets)
        {
            if (lower >= value)
                return rank;
            if (bucket.UpperBound > value)
            {
                // Nothing can be said within a bucket that is infinitely wide.
                var within = double.IsNegativeInfinity(lower) ? bucket.Count : rank + ((bucket.Count - rank) * (value - lower) / (bucket.UpperBound - lower));
                return Math.Min(within, buckets[^1].Count);
            }
            (rank, lower) = (bucket.Count, bucket.UpperBound);
        }
        return buckets[^1].Count;
    }

    // False where the highest bucket is not +Inf: then the histogram says nothing.
    static bool SortAndMerge(List<Bucket> buckets)
    {
        buckets.Sort(static (a, b) => a.UpperBound.CompareTo(b.UpperBound));
        if (!double.IsPositiveInfinity(buckets[^1].UpperBound))
            return false;
        var last = 0;
        for (var i = 1; i < buckets.Count; i++)
        {
            if (buckets[i].UpperBound == buckets[last].UpperBound)
                buckets[last] = buckets[last] with { Count = buckets[last].Count + buckets[i].Count };
            else
                buckets[++last] = buckets[i];
        }
        buckets.RemoveRange(last + 1, buckets.Count - last - 1);
        return true;
    }

    static void ForceMonotonic(List<Bucket> buckets)
    {
        var before = buckets[0].Count;
        for (var i = 1; i < buckets.Count; i++)
        {
            var count = buckets[i].Count;
            if (count < before || AreAlmostEqual(before, count))
                buckets[i] = buckets[i] with { Count = before };
            else
                before = count;
        }
    }

    static bool AreAlmostEqual(double a, double b) => a == b || Math.Abs(a - b) / Math.Min(Math.Abs(a) + Math.Abs(b), double.MaxValue) < Tolerance;
}
