namespace OpsDashboard.Metrics.Store;

/// <summary>A sample that the head took and the disk has not yet.</summary>
readonly record struct AcceptedSample(HeadSeries Series, long At, double Value);

/// <summary>
/// What waits for the next write-ahead record. Thread-safe; bounded: what does not fit stays in memory and is written when it is
/// sealed, so that only a crash before that would lose it.
/// </summary>
sealed class Journal(int capacity)
{
    readonly Lock gate = new();
    List<AcceptedSample> pending = [];
    List<AcceptedSample> spare = [];
    int unwritten;
    long overflowed;

    /// <summary>Samples that wait, those of a failed write among them.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return pending.Count + unwritten;
        }
    }

    public long Overflowed => Volatile.Read(ref overflowed);

    public void Add(List<AcceptedSample> batch)
    {
        lock (gate)
        {
            if (pending.Count + unwritten + batch.Count <= capacity)
                pending.AddRange(batch);
            else
                overflowed += batch.Count;
        }
    }

    /// <summary>What waits, for one writer at a time, who then says <see cref="Written"/> or <see cref="Failed"/>.</summary>
    public List<AcceptedSample> Take()
    {
        lock (gate)
        {
            (var taken, pending) = (pending, spare);
            unwritten = taken.Count;
            return taken;
        }
    }

    public void Written(List<AcceptedSample> taken)
    {
        lock (gate)
        {
            unwritten = 0;
            taken.Clear();
            // After a long outage the list is huge; an ordinary second's is used again.
            spare = taken.Capacity > 1 << 18 ? [] : taken;
        }
    }

    public void Failed(List<AcceptedSample> taken)
    {
        lock (gate)
        {
            taken.AddRange(pending);
            pending.Clear();
            (pending, spare) = (taken, pending);
            unwritten = 0;
        }
    }
}
