namespace OpsDashboard.Metrics.Beacons;

/// <summary>Values of the last span. Holds at most a capacity; the oldest fall out. Not thread-safe.</summary>
public sealed class Recent(TimeSpan window, int capacity)
{
    readonly Queue<(long At, double Value)> values = new();

    public void Add(long at, double value)
    {
        if (values.Count == capacity)
            values.Dequeue();
        values.Enqueue((at, value));
    }

    public void Clear() => values.Clear();

    /// <summary>What arrived within the window before the instant.</summary>
    public double[] At(long now)
    {
        while (values.TryPeek(out var oldest) && oldest.At <= now - (long)window.TotalMilliseconds)
            values.Dequeue();
        return [.. values.Select(value => value.Value)];
    }
}
