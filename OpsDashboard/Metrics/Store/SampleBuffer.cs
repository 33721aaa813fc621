using OpsDashboard.Metrics.Store.Blobs;

namespace OpsDashboard.Metrics.Store;

/// <summary>Grows as samples come out of chunks; ascending in time, one sample an instant.</summary>
sealed class SampleBuffer(int capacity = 0)
{
    long[] times = capacity == 0 ? [] : new long[capacity];
    double[] values = capacity == 0 ? [] : new double[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<long> Times => times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => values.AsSpan(0, Count);

    public long LastAt => times[Count - 1];

    public void Add(long at, double value)
    {
        if (Count == times.Length)
        {
            var size = Math.Max(64, Count * 2);
            Array.Resize(ref times, size);
            Array.Resize(ref values, size);
        }
        times[Count] = at;
        values[Count++] = value;
    }

    public void Add(ReadOnlySpan<long> at, ReadOnlySpan<double> with)
    {
        for (var i = 0; i < at.Length; i++)
            Add(at[i], with[i]);
    }

    public void Truncate(int count) => Count = count;

    /// <summary>Makes room for so many more, which the caller fills in.</summary>
    public void Grow(int count, out Span<long> newTimes, out Span<double> newValues)
    {
        if (Count + count > times.Length)
        {
            var size = Math.Max(Count + count, times.Length * 2);
            Array.Resize(ref times, size);
            Array.Resize(ref values, size);
        }
        newTimes = times.AsSpan(Count, count);
        newValues = values.AsSpan(Count, count);
        Count += count;
    }

    /// <summary>Adds the chunk's samples in [from, to], which must all be later than those already here.</summary>
    public void Add(in ChunkView chunk, long from, long to)
    {
        if (chunk.IsPacked)
        {
            ChunkBlob.Decode(chunk.Data, this, from, to);
            return;
        }
        var decoder = new XorDecoder(chunk.Data, chunk.Bits, chunk.Count);
        while (decoder.Next() && decoder.At <= to)
        {
            if (decoder.At >= from)
                Add(decoder.At, decoder.Value);
        }
    }

    /// <summary>Merges two ascending runs; of two samples at one instant the one of <paramref name="first"/> stays.</summary>
    public static SampleBuffer Merge(SampleBuffer first, SampleBuffer second)
    {
        if (second.Count == 0)
            return first;
        if (first.Count == 0)
            return second;
        var merged = new SampleBuffer(first.Count + second.Count);
        int i = 0, j = 0;
        while (i < first.Count || j < second.Count)
        {
            if (j == second.Count || (i < first.Count && first.times[i] <= second.times[j]))
            {
                if (j < second.Count && first.times[i] == second.times[j])
                    j++;
                merged.Add(first.times[i], first.values[i++]);
            }
            else
            {
                merged.Add(second.times[j], second.values[j++]);
            }
        }
        return merged;
    }

    public static SampleBuffer Of(SelectedSeries series) => new() { times = series.Times, values = series.Values, Count = series.Times.Length };

    public SelectedSeries ToSeries(Labels labels)
    {
        Array.Resize(ref times, Count);
        Array.Resize(ref values, Count);
        return new(labels, times, values);
    }
}

/// <summary>A chunk as it is read: never written to again, so no lock is needed.</summary>
/// <param name="Data">The bits of <see cref="XorEncoder"/>, or a whole <see cref="ChunkBlob"/>.</param>
/// <param name="Bits">How many; <see cref="Packed"/> for a blob.</param>
readonly record struct ChunkView(byte[] Data, int Bits, int Count, long MinAt, long MaxAt)
{
    public const int Packed = -1;

    public bool IsPacked => Bits == Packed;

    public bool Overlaps(long from, long to) => Count > 0 && MinAt <= to && MaxAt >= from;
}
