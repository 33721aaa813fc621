using OpsDashboard.Metrics.Store.Blobs;

namespace OpsDashboard.Metrics.Store.Aggregates;

/// <summary>A run of aggregates of one series: version, count, a column for each part, CRC-32C.</summary>
static class AggregateBlob
{
    const byte Version = 1;
    const byte Decimal = 1;
    const byte Xor = 0;

    public static byte[] Encode(IReadOnlyList<Aggregate> spans)
    {
        var writer = new BlobWriter();
        writer.Byte(Version);
        writer.Varint((ulong)spans.Count);
        IntColumn.Encode(Column(spans, span => span.Start), writer);
        IntColumn.Encode(Column(spans, span => span.LastAt - span.Start), writer);
        IntColumn.Encode(Column(spans, span => span.Count), writer);
        Values(writer, spans, span => span.Min);
        Values(writer, spans, span => span.Max);
        Values(writer, spans, span => span.Sum);
        Values(writer, spans, span => span.Last);
        Values(writer, spans, span => span.Increase);
        return writer.ToArrayWithCrc();
    }

    /// <exception cref="InvalidDataException">The blob is damaged.</exception>
    public static Aggregate[] Decode(ReadOnlySpan<byte> blob)
    {
        var reader = BlobReader.Check(blob);
        if (reader.Byte() != Version)
            throw new InvalidDataException("A newer version wrote this chunk.");
        var count = reader.Count(IntColumn.BlockHeaderBits, IntColumn.Block);
        var (starts, offsets, counts) = (new long[count], new long[count], new long[count]);
        IntColumn.Decode(ref reader, starts);
        IntColumn.Decode(ref reader, offsets);
        IntColumn.Decode(ref reader, counts);
        var (min, max, sum, last, increase) = (Values(ref reader, count), Values(ref reader, count), Values(ref reader, count), Values(ref reader, count), Values(ref reader, count));
        var spans = new Aggregate[count];
        for (var i = 0; i < count; i++)
            spans[i] = new(starts[i], min[i], max[i], sum[i], counts[i], last[i], starts[i] + offsets[i], increase[i]);
        return spans;
    }

    static long[] Column(IReadOnlyList<Aggregate> spans, Func<Aggregate, long> part) => [.. spans.Select(part)];

    static void Values(BlobWriter writer, IReadOnlyList<Aggregate> spans, Func<Aggregate, double> part)
    {
        double[] values = [.. spans.Select(part)];
        var place = writer.Length;
        writer.Byte(Decimal);
        if (DecimalColumn.TryEncode(values, writer))
            return;
        writer.Shrink(place);
        writer.Byte(Xor);
        var encoder = new XorEncoder(new byte[(values.Length * XorEncoder.WorstCaseBits / 8) + XorEncoder.Slack + 19]);
        for (var i = 0; i < values.Length; i++)
            encoder.Append(i, values[i]);
        writer.Varint((ulong)encoder.Bits);
        writer.Bytes(encoder.Data.AsSpan(0, (encoder.Bits + 7) / 8));
    }

    static double[] Values(ref BlobReader reader, int count)
    {
        var values = new double[count];
        if (reader.Byte() == Decimal)
        {
            DecimalColumn.Decode(ref reader, values);
            return values;
        }
        var bits = (int)Math.Min(reader.Varint(), (ulong)reader.Remaining * 8);
        var decoder = new XorDecoder(ChunkBlob.Padded(reader.Bytes((bits + 7) / 8)), bits, count);
        for (var i = 0; decoder.Next(); i++)
            values[i] = decoder.Value;
        return values;
    }
}
