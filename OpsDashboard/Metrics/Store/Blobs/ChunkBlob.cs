namespace OpsDashboard.Metrics.Store.Blobs;

/// <summary>
/// One stored chunk of one series: version, encoding, count, payload, CRC-32C. Two encodings, of which the smaller is taken: the
/// bit stream of <see cref="XorEncoder"/> with its length; or a column of times and one of decimal values.
/// </summary>
static class ChunkBlob
{
    const byte Version = 1;
    const byte Xor = 1;
    const byte Columns = 2;

    [ThreadStatic]
    static BlobWriter? writer;

    [ThreadStatic]
    static byte[]? padded;

    public static byte[] Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        var columns = Begin(Columns, times.Length);
        IntColumn.Encode(times, columns);
        var packed = DecimalColumn.TryEncode(values, columns) ? columns.ToArrayWithCrc() : null;
        // Decimal values take less than two bytes nearly always, and XOR hardly ever does.
        return packed is not null && packed.Length < times.Length * 2 ? packed : Smaller(packed, EncodeXor(times, values));
    }

    public static byte[] EncodeXor(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        var into = Begin(Xor, times.Length);
        var encoder = new XorEncoder(new byte[(times.Length * XorEncoder.WorstCaseBits / 8) + XorEncoder.Slack + 19]);
        for (var i = 0; i < times.Length; i++)
            encoder.Append(times[i], values[i]);
        into.Varint((ulong)encoder.Bits);
        into.Bytes(encoder.Data.AsSpan(0, (encoder.Bits + 7) / 8));
        return into.ToArrayWithCrc();
    }

    /// <summary>Adds the samples in [from, to] to the buffer.</summary>
    /// <exception cref="InvalidDataException">The blob is damaged; the buffer may hold a part of it.</exception>
    public static void Decode(ReadOnlySpan<byte> blob, SampleBuffer into, long from, long to)
    {
        var reader = BlobReader.Check(blob);
        if (reader.Byte() != Version)
            throw new InvalidDataException("A newer version wrote this chunk.");
        switch (reader.Byte())
        {
            case Xor:
                DecodeXor(ref reader, into, from, to);
                break;
            case Columns:
                DecodeColumns(ref reader, into, from, to);
                break;
            default:
                throw new InvalidDataException("The encoding is unknown.");
        }
    }

    static void DecodeXor(ref BlobReader reader, SampleBuffer into, long from, long to)
    {
        var count = reader.Count(2);
        var bits = (int)Math.Min(reader.Varint(), (ulong)reader.Remaining * 8);
        var decoder = new XorDecoder(Padded(reader.Bytes(reader.Remaining)), bits, count);
        while (decoder.Next() && decoder.At <= to)
        {
            if (decoder.At >= from)
                into.Add(decoder.At, decoder.Value);
        }
    }

    static void DecodeColumns(ref BlobReader reader, SampleBuffer into, long from, long to)
    {
        var count = reader.Count(IntColumn.BlockHeaderBits, IntColumn.Block);
        var place = into.Count;
        into.Grow(count, out var times, out var values);
        IntColumn.Decode(ref reader, times);
        DecimalColumn.Decode(ref reader, values);
        // Ascending, so what is wanted is one run: move it to the front.
        var start = LowerBound(times, from);
        var end = to == long.MaxValue ? count : LowerBound(times, to + 1);
        times[start..Math.Max(start, end)].CopyTo(times);
        values[start..Math.Max(start, end)].CopyTo(values);
        into.Truncate(place + Math.Max(0, end - start));
    }

    /// <summary>A copy with the zeros behind it that reading eight bytes at a time needs; valid until the next one on this thread.</summary>
    public static ReadOnlySpan<byte> Padded(ReadOnlySpan<byte> payload)
    {
        var size = payload.Length + XorEncoder.Slack;
        if (padded is null || padded.Length < size)
            padded = new byte[size * 2];
        payload.CopyTo(padded);
        padded.AsSpan(payload.Length, XorEncoder.Slack).Clear();
        return padded.AsSpan(0, size);
    }

    static int LowerBound(ReadOnlySpan<long> times, long at)
    {
        var place = times.BinarySearch(at);
        return place < 0 ? ~place : place;
    }

    static BlobWriter Begin(byte encoding, int count)
    {
        writer ??= new();
        writer.Clear();
        writer.Byte(Version);
        writer.Byte(encoding);
        writer.Varint((ulong)count);
        return writer;
    }

    static byte[] Smaller(byte[]? one, byte[] other) => one is not null && one.Length <= other.Length ? one : other;
}
