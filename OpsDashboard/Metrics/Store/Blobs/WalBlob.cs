using System.Buffers.Binary;
using System.IO.Compression;

namespace OpsDashboard.Metrics.Store.Blobs;

/// <summary>A sample with the database's number of its series.</summary>
readonly record struct StoredSample(long Series, long At, double Value);

/// <summary>
/// One write-ahead record: version, packing, then (packed or not) count, column of series numbers and column of times, both as
/// differences from the one before, and column of values less their trailing zero bytes; CRC-32C. A record stands alone: a damaged
/// one costs no other.
/// </summary>
static class WalBlob
{
    const byte Version = 1;
    const byte Plain = 0;
    const byte Brotli = 1;

    /// <summary>More than a record ever holds; a larger number is damage.</summary>
    const int MaxUnpacked = 64 << 20;

    [ThreadStatic]
    static BlobWriter? columns;

    [ThreadStatic]
    static BlobWriter? packed;

    public static byte[] Encode(ReadOnlySpan<StoredSample> samples, bool compress)
    {
        columns ??= new();
        columns.Clear();
        columns.Varint((ulong)samples.Length);
        long before = 0;
        foreach (ref readonly var sample in samples)
        {
            columns.Zigzag(sample.Series - before);
            before = sample.Series;
        }
        before = 0;
        foreach (ref readonly var sample in samples)
        {
            columns.Zigzag(sample.At - before);
            before = sample.At;
        }
        foreach (ref readonly var sample in samples)
            Value(columns, sample.Value);
        return Pack(columns, compress);
    }

    public static List<StoredSample> Decode(ReadOnlySpan<byte> blob)
    {
        var header = BlobReader.Check(blob);
        if (header.Byte() != Version)
            throw new InvalidDataException("A newer version wrote this record.");
        var reader = header.Byte() switch
        {
            Plain => new(header.Bytes(header.Remaining)),
            Brotli => new BlobReader(Unpack(ref header)),
            _ => throw new InvalidDataException("The packing is unknown."),
        };
        var count = reader.Count(24);
        var series = new long[count];
        var times = new long[count];
        Column(ref reader, series);
        Column(ref reader, times);
        var samples = new List<StoredSample>(count);
        for (var i = 0; i < count; i++)
            samples.Add(new(series[i], times[i], Value(ref reader)));
        return samples;
    }

    static byte[] Pack(BlobWriter plain, bool compress)
    {
        packed ??= new();
        packed.Clear();
        packed.Byte(Version);
        packed.Byte(compress ? Brotli : Plain);
        if (!compress)
        {
            packed.Bytes(plain.Written);
            return packed.ToArrayWithCrc();
        }
        packed.Varint((ulong)plain.Length);
        var start = packed.Length;
        var room = packed.Room(BrotliEncoder.GetMaxCompressedLength(plain.Length));
        if (!BrotliEncoder.TryCompress(plain.Written, room, out var written, quality: 1, window: 18))
            throw new InvalidOperationException("The compressor found its output too small.");
        packed.Shrink(start + written);
        return packed.ToArrayWithCrc();
    }

    static byte[] Unpack(ref BlobReader header)
    {
        var size = header.Varint();
        if (size > MaxUnpacked)
            throw new InvalidDataException("The record is larger than any.");
        var plain = new byte[size];
        if (!BrotliDecoder.TryDecompress(header.Bytes(header.Remaining), plain, out var written) || written != plain.Length)
            throw new InvalidDataException("The record does not unpack.");
        return plain;
    }

    static void Column(ref BlobReader reader, long[] column)
    {
        long before = 0;
        foreach (ref var value in column.AsSpan())
            value = before += reader.Zigzag();
    }

    static void Value(BlobWriter writer, double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        var used = bytes.LastIndexOfAnyExcept((byte)0) + 1;
        writer.Byte((byte)used);
        writer.Bytes(bytes[..used]);
    }

    static double Value(ref BlobReader reader)
    {
        Span<byte> bytes = stackalloc byte[8];
        var used = reader.Byte();
        if (used > 8)
            throw new InvalidDataException("A value is longer than a value.");
        reader.Bytes(used).CopyTo(bytes);
        return BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }
}
