namespace OpsDashboard.Metrics.PromQl.Evaluation;

/// <summary>A value with its identity at the instant under evaluation.</summary>
readonly record struct Element(Labels Labels, double Value);

/// <summary>The samples of one series that an evaluation reads, with places kept from step to step. Not thread-safe.</summary>
sealed class Track(Labels labels, long[] times, double[] values)
{
    int low = -1;
    int high = -1;

    public Labels Labels { get; } = labels;

    public int Count => times.Length;

    /// <summary>The last sample at or before the instant and after <paramref name="oldest"/>; false where there is none or it marks the end of the series.</summary>
    public bool TryLatest(long at, long oldest, out long time, out double value)
    {
        high = Seek(high, at);
        if (high < 0 || times[high] <= oldest || StaleMarker.Is(values[high]))
        {
            (time, value) = (0, 0);
            return false;
        }
        (time, value) = (times[high], values[high]);
        return true;
    }

    /// <summary>The samples in (after, until]. Ranges are open to the left since Prometheus 3.</summary>
    public Window Within(long after, long until, long at)
    {
        low = Seek(low, after);
        high = Seek(high, until);
        var first = low + 1;
        var length = Math.Max(0, high - low);
        return new(Labels, times.AsSpan(first, length), values.AsSpan(first, length), after, until, at);
    }

    // The index of the last sample at or before the instant, or -1. Steps mostly move forward by a few samples.
    int Seek(int from, long at)
    {
        if (from >= 0 && times[from] > at)
            from = -1;
        for (var tries = 0; tries < 8; tries++, from++)
        {
            if (from + 1 >= times.Length || times[from + 1] > at)
                return from;
        }
        var found = Array.BinarySearch(times, from, times.Length - from, at);
        return found >= 0 ? found : ~found - 1;
    }
}

/// <summary>The samples of one series in a range, at least one where a function sees it.</summary>
readonly ref struct Window(Labels labels, ReadOnlySpan<long> times, ReadOnlySpan<double> values, long after, long until, long at)
{
    public Labels Labels { get; } = labels;
    public ReadOnlySpan<long> Times { get; } = times;
    public ReadOnlySpan<double> Values { get; } = values;

    /// <summary>The range's left end, itself outside.</summary>
    public long After { get; } = after;

    /// <summary>The range's right end, itself inside.</summary>
    public long Until { get; } = until;

    /// <summary>The instant of the evaluation: differs from <see cref="Until"/> by the offset.</summary>
    public long At { get; } = at;

    public int Count => Times.Length;
}
