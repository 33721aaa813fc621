using System.Buffers.Binary;
using System.Numerics;

namespace OpsDashboard.Metrics.Store.Blobs;

/// <summary>A growing run of bytes, used again and again; every blob ends with a CRC-32C of all before it.</summary>
sealed class BlobWriter
{
    byte[] bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Byte(byte value) => Room(1)[0] = value;

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Room(value.Length));

    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }
        Byte((byte)value);
    }

    public void Zigzag(long value) => Varint(((ulong)value << 1) ^ (ulong)(value >> 63));

    public Span<byte> Room(int count)
    {
        if (Length + count > bytes.Length)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + count));
        Length += count;
        return bytes.AsSpan(Length - count, count);
    }

    public void Shrink(int length) => Length = length;

    public byte[] ToArrayWithCrc()
    {
        var crc = Crc32C.Of(Written);
        BinaryPrimitives.WriteUInt32LittleEndian(Room(4), crc);
        return Written.ToArray();
    }
}

/// <summary>Reads what <see cref="BlobWriter"/> wrote; damaged data ends with an <see cref="InvalidDataException"/>.</summary>
ref struct BlobReader(ReadOnlySpan<byte> data)
{
    ReadOnlySpan<byte> rest = data;

    public readonly int Remaining => rest.Length;

    /// <summary>The blob less its checksum.</summary>
    /// <exception cref="InvalidDataException">The checksum is wrong.</exception>
    public static BlobReader Check(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < 4 || Crc32C.Of(blob[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(blob[^4..]))
            throw new InvalidDataException("The checksum is wrong.");
        return new(blob[..^4]);
    }

    public byte Byte() => Bytes(1)[0];

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > rest.Length)
            throw new InvalidDataException("The data ends early.");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw new InvalidDataException("A number is too long.");
    }

    public long Zigzag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count of things of which so many take at least the given number of bits, so that a damaged one reserves no memory.</summary>
    public int Count(int bits, int things = 1)
    {
        var count = Varint();
        if (count > (ulong)rest.Length * 8 / (ulong)bits * (ulong)things)
            throw new InvalidDataException("A count is larger than the data.");
        return (int)count;
    }
}

/// <summary>CRC-32C (Castagnoli), the one that processors compute.</summary>
static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (var value in data)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
