using System.Buffers.Binary;

namespace OpsDashboard.Metrics.Store;

/// <summary>Reads what <see cref="XorEncoder"/> wrote. The data may be damaged: it ends with an exception, never outside the span.</summary>
ref struct XorDecoder(ReadOnlySpan<byte> data, int bits, int count)
{
    readonly ReadOnlySpan<byte> data = data;
    int position;
    int index;
    long delta;
    ulong value;
    int leading;
    int significant;

    public long At { get; private set; }

    public readonly double Value => BitConverter.UInt64BitsToDouble(value);

    /// <summary>Moves to the next sample; false at the end.</summary>
    /// <exception cref="InvalidDataException">The bits end before the samples do.</exception>
    public bool Next()
    {
        if (index >= count)
            return false;
        if (index++ == 0)
        {
            At = (long)Read(64);
            value = Read(64);
            return true;
        }
        delta += ReadTime();
        At += delta;
        ReadValue();
        return true;
    }

    long ReadTime()
    {
        if (Read(1) == 0)
            return 0;
        if (Read(1) == 0)
            return (long)Read(7) - 63;
        if (Read(1) == 0)
            return (long)Read(14) - 8191;
        return Read(1) == 0 ? (long)Read(20) - 524287 : (long)Read(64);
    }

    void ReadValue()
    {
        if (Read(1) == 0)
            return;
        if (Read(1) == 1)
        {
            leading = (int)Read(5);
            significant = (int)Read(6);
            if (significant == 0)
                significant = 64;
        }
        var trailing = 64 - leading - significant;
        if (trailing < 0 || significant == 0)
            throw new InvalidDataException("A chunk's value window is wider than a value.");
        value ^= Read(significant) << trailing;
    }

    ulong Read(int wanted)
    {
        if (wanted > 56)
            return (Read(wanted - 32) << 32) | Read(32);
        if (position + wanted > bits || (position >> 3) + 8 > data.Length)
            throw new InvalidDataException("A chunk ends before its samples do.");
        var word = BinaryPrimitives.ReadUInt64BigEndian(data[(position >> 3)..]) << (position & 7);
        position += wanted;
        return word >> (64 - wanted);
    }
}
