namespace OpsDashboard.Metrics.Store;

/// <summary>Well-formed samples that came after their time was sealed, until they are stored as chunks of their own. Thread-safe.</summary>
sealed class LateSamples(int capacity)
{
    readonly Lock gate = new();
    Dictionary<int, SortedList<long, double>> pending = [];
    Dictionary<int, SortedList<long, double>> writing = [];
    int count;

    public int Waiting => Volatile.Read(ref count);

    public AppendResult Add(int ordinal, long at, double value)
    {
        lock (gate)
        {
            if ((Find(pending, ordinal, at) ?? Find(writing, ordinal, at)) is { } held)
                return HeadSeries.Compare(held, value);
            if (count >= capacity)
                return AppendResult.NoRoom;
            if (!pending.TryGetValue(ordinal, out var samples))
                pending[ordinal] = samples = [];
            samples.Add(at, value);
            count++;
            return AppendResult.Added;
        }
    }

    public SampleBuffer Read(int ordinal, long from, long to)
    {
        lock (gate)
            return SampleBuffer.Merge(Between(writing, ordinal, from, to), Between(pending, ordinal, from, to));
    }

    /// <summary>What waits, by series, for one writer at a time, who then says <see cref="Written"/> or <see cref="Failed"/>.</summary>
    public Dictionary<int, SortedList<long, double>> Take()
    {
        lock (gate)
        {
            (writing, pending) = (pending, []);
            return writing;
        }
    }

    public void Written()
    {
        lock (gate)
        {
            count -= writing.Values.Sum(samples => samples.Count);
            writing = [];
        }
    }

    public void Failed()
    {
        lock (gate)
        {
            foreach (var (ordinal, samples) in pending)
            {
                if (writing.TryAdd(ordinal, samples))
                    continue;
                foreach (var (at, value) in samples)
                    writing[ordinal].TryAdd(at, value);
            }
            (pending, writing) = (writing, []);
        }
    }

    static double? Find(Dictionary<int, SortedList<long, double>> samples, int ordinal, long at) =>
        samples.TryGetValue(ordinal, out var list) && list.TryGetValue(at, out var value) ? value : null;

    static SampleBuffer Between(Dictionary<int, SortedList<long, double>> samples, int ordinal, long from, long to)
    {
        var found = new SampleBuffer();
        if (samples.TryGetValue(ordinal, out var list))
        {
            foreach (var (at, value) in list)
            {
                if (at >= from && at <= to)
                    found.Add(at, value);
            }
        }
        return found;
    }
}
