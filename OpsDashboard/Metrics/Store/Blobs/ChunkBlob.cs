namespace OpsDashboard.Metrics.Store.Blobs;

/// <summary>
/// One stored chunk of one series: version, encoding, count, payload, CRC-32C. The XOR encoding's payload is the bit stream of
/// <see cref="XorEncoder"/> with its length.
/// </summary>
static class ChunkBlob
{
    const byte Version = 1;
    const byte Xor = 1;

    [ThreadStatic]
    static BlobWriter? writer;

    public static byte[] Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        writer ??= new();
        writer.Clear();
        writer.Byte(Version);
        writer.Byte(Xor);
        writer.Varint((ulong)times.Length);
        var encoder = new XorEncoder(new byte[(times.Length * XorEncoder.WorstCaseBits / 8) + XorEncoder.Slack + 19]);
        for (var i = 0; i < times.Length; i++)
            encoder.Append(times[i], values[i]);
        writer.Varint((ulong)encoder.Bits);
        writer.Bytes(encoder.Data.AsSpan(0, (encoder.Bits + 7) / 8));
        return writer.ToArrayWithCrc();
    }

    /// <summary>Adds the samples in [from, to] to the buffer.</summary>
    /// <exception cref="InvalidDataException">The blob is damaged; the buffer may hold a part of it.</exception>
    public static void Decode(ReadOnlySpan<byte> blob, SampleBuffer into, long from, long to)
    {
        var reader = BlobReader.Check(blob);
        if (reader.Byte() != Version)
            throw new InvalidDataException("A newer version wrote this chunk.");
        if (reader.Byte() != Xor)
            throw new InvalidDataException("The encoding is unknown.");
        var count = reader.Count(2);
        var bits = (int)Math.Min(reader.Varint(), (ulong)reader.Remaining * 8);
        // The decoder reads eight bytes at a time; behind the payload stand the CRC's four and, in a padded copy, zeros.
        var decoder = new XorDecoder(Padded(reader.Bytes(reader.Remaining)), bits, count);
        while (decoder.Next() && decoder.At <= to)
        {
            if (decoder.At >= from)
                into.Add(decoder.At, decoder.Value);
        }
    }

    [ThreadStatic]
    static byte[]? padded;

    static ReadOnlySpan<byte> Padded(ReadOnlySpan<byte> payload)
    {
        var size = payload.Length + XorEncoder.Slack;
        if (padded is null || padded.Length < size)
            padded = new byte[size * 2];
        payload.CopyTo(padded);
        padded.AsSpan(payload.Length, XorEncoder.Slack).Clear();
        return padded.AsSpan(0, size);
    }
}
