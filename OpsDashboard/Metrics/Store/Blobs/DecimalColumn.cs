namespace OpsDashboard.Metrics.Store.Blobs;

/// <summary>
/// Values as whole numbers of a power of ten, where each is exactly that: counters, and gauges that somebody rounded.
/// The few that are not (stale markers, NaN, infinities, −0) stand beside the column with their place and their bits.
/// </summary>
static class DecimalColumn
{
    const int MaxScale = 9;

    /// <summary>More exceptions than one in so many: the column is not worth it.</summary>
    const int ExceptionsOneIn = 16;

    static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    [ThreadStatic]
    static long[]? wholes;

    /// <summary>False where the values are not decimal; nothing is written then.</summary>
    public static bool TryEncode(ReadOnlySpan<double> values, BlobWriter into)
    {
        var scale = Scale(values);
        if (scale < 0)
            return false;
        var whole = IntColumn.Scratch(ref wholes, values.Length);
        var exceptions = new List<int>();
        for (var i = 0; i < values.Length; i++)
        {
            if (TryWhole(values[i], scale, out whole[i]))
                continue;
            exceptions.Add(i);
            whole[i] = i == 0 ? 0 : whole[i - 1];
        }
        into.Byte((byte)scale);
        into.Varint((ulong)exceptions.Count);
        foreach (var place in exceptions)
        {
            into.Varint((ulong)place);
            into.Varint(BitConverter.DoubleToUInt64Bits(values[place]));
        }
        IntColumn.Encode(whole, into);
        return true;
    }

    /// <exception cref="InvalidDataException">The column is damaged.</exception>
    public static void Decode(ref BlobReader reader, Span<double> values)
    {
        var scale = reader.Byte();
        if (scale > MaxScale)
            throw new InvalidDataException("The scale is too large.");
        var exceptions = new (int Place, double Value)[reader.Count(16)];
        foreach (ref var exception in exceptions.AsSpan())
            exception = ((int)Math.Min(reader.Varint(), int.MaxValue), BitConverter.UInt64BitsToDouble(reader.Varint()));
        var whole = IntColumn.Scratch(ref wholes, values.Length);
        IntColumn.Decode(ref reader, whole);
        for (var i = 0; i < whole.Length; i++)
            values[i] = whole[i] / Powers[scale];
        foreach (var (place, value) in exceptions)
        {
            if (place >= values.Length)
                throw new InvalidDataException("An exception lies behind the end.");
            values[place] = value;
        }
    }

    /// <summary>The least power of ten that makes all but a few values whole, or −1.</summary>
    static int Scale(ReadOnlySpan<double> values)
    {
        var (scale, exceptions) = (0, 0);
        foreach (var value in values)
        {
            var needed = scale;
            while (needed <= MaxScale && !TryWhole(value, needed, out _))
                needed++;
            if (needed <= MaxScale)
                scale = needed;
            else if (++exceptions > values.Length / ExceptionsOneIn)
                return -1;
        }
        return scale;
    }

    static bool TryWhole(double value, int scale, out long whole)
    {
        const double Exact = 1L << 53;
        var scaled = Math.Round(value * Powers[scale]);
        whole = 0;
        if (!(Math.Abs(scaled) <= Exact))
            return false;
        whole = (long)scaled;
        // Bit for bit: −0 is not 0.
        return BitConverter.DoubleToInt64Bits(whole / Powers[scale]) == BitConverter.DoubleToInt64Bits(value);
    }
}
