namespace OpsDashboard.Metrics.Beacons;

/// <summary>What browsers told of one page. Not thread-safe.</summary>
public sealed class PageFigures(TimeSpan window)
{
    // A flood may replace what is kept, never grow it.
    const int Kept = 5_000;

    static readonly double[] FrameBounds = [10, 20, 30, 40, 45, 50, 55, 60, 90, 120];

    readonly Recent frames = new(window, Kept);
    readonly Recent heap = new(window, Kept);

    public Buckets Seconds { get; } = new(FrameBounds);

    public void Add(Beacon beacon, long at)
    {
        foreach (var count in beacon.Frames)
        {
            frames.Add(at, count);
            Seconds.Observe(count);
        }
        if (beacon.HeapBytes is { } bytes)
            heap.Add(at, bytes);
    }

    public void Forget()
    {
        frames.Clear();
        heap.Clear();
    }

    /// <summary>Mean of the lowest tenth of the seconds in the window, at least of one; null where none arrived.</summary>
    public double? WorstDecile(long now)
    {
        var seconds = frames.At(now);
        if (seconds.Length == 0)
            return null;
        Array.Sort(seconds);
        return seconds.AsSpan(0, (seconds.Length + 9) / 10).ToArray().Average();
    }

    public double? LargestHeap(long now) => heap.At(now) is { Length: > 0 } sizes ? sizes.Max() : null;
}
