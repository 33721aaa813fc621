using System.Buffers.Binary;

namespace OpsDashboard.Metrics.Store.Blobs;

/// <summary>Bits one after the other, most significant first; used again and again.</summary>
sealed class BitWriter
{
    byte[] bytes = new byte[4096];

    public int Bits { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, (Bits + 7) / 8);

    public void Clear()
    {
        bytes.AsSpan(0, Math.Min(bytes.Length, (Bits / 8) + 16)).Clear();
        Bits = 0;
    }

    public void Write(ulong bits, int count)
    {
        if (count > 56)
        {
            Write(bits >> 32, count - 32);
            Write(bits & uint.MaxValue, 32);
            return;
        }
        if (count == 0)
            return;
        if ((Bits >> 3) + 8 > bytes.Length)
            Array.Resize(ref bytes, bytes.Length * 2);
        var place = bytes.AsSpan(Bits >> 3, 8);
        BinaryPrimitives.WriteUInt64BigEndian(place, BinaryPrimitives.ReadUInt64BigEndian(place) | (bits << (64 - (Bits & 7) - count)));
        Bits += count;
    }
}

/// <summary>Reads what <see cref="BitWriter"/> wrote. Behind the data eight bytes must be readable; damaged data ends with an <see cref="InvalidDataException"/>.</summary>
ref struct BitReader(ReadOnlySpan<byte> padded, int bits)
{
    readonly ReadOnlySpan<byte> padded = padded;
    readonly int bits = bits;
    int position;

    /// <summary>The next bits without taking them, left-aligned; at least 57 of them are right.</summary>
    public readonly ulong Peek()
    {
        if ((position >> 3) + 8 > padded.Length)
            throw new InvalidDataException("The bits end early.");
        return BinaryPrimitives.ReadUInt64BigEndian(padded[(position >> 3)..]) << (position & 7);
    }

    public void Skip(int count)
    {
        position += count;
        if (position > bits)
            throw new InvalidDataException("The bits end early.");
    }

    public ulong Read(int count)
    {
        if (count > 56)
            return (Read(count - 32) << 32) | Read(32);
        if (count == 0)
            return 0;
        var word = Peek() >> (64 - count);
        Skip(count);
        return word;
    }
}
