namespace OpsDashboard.Metrics.Intake.RemoteWrite;

/// <summary>
/// Decodes the block format of Snappy (google/snappy, format_description.txt): a varint with the length, then literals and copies from what was
/// already written. Nothing is allocated before the announced length was found possible.
/// </summary>
static class SnappyBlock
{
    // The densest element is a copy of 64 bytes in 3.
    const int DensestRatio = 64 / 3 + 1;

    /// <exception cref="MalformedWriteException">The block is not Snappy's.</exception>
    /// <exception cref="WriteTooLargeException">It would grow beyond the limit.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> block, int limit)
    {
        var position = 0;
        var length = ReadLength(block, ref position);
        if (length > limit)
            throw new WriteTooLargeException($"the request would be {length} bytes uncompressed, more than {limit}");
        if (length > (long)(block.Length - position) * DensestRatio)
            throw Malformed("announces more bytes than it can hold");
        var output = new byte[length];
        var written = 0;
        while (position < block.Length)
        {
            var tag = block[position++];
            if ((tag & 3) == 0)
                Literal(block, ref position, tag, output, ref written);
            else
                Copy(block, ref position, tag, output, ref written);
        }
        return written == length ? output : throw Malformed($"announced {length} bytes and holds {written}");
    }

    static uint ReadLength(ReadOnlySpan<byte> block, ref int position)
    {
        var value = 0UL;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (position >= block.Length)
                throw Malformed("ends within its length");
            var next = block[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value <= uint.MaxValue ? (uint)value : throw Malformed("has a length beyond 32 bits");
        }
        throw Malformed("has a length beyond 32 bits");
    }

    static void Literal(ReadOnlySpan<byte> block, ref int position, byte tag, byte[] output, ref int written)
    {
        long length = tag >> 2;
        if (length >= 60)
            length = Number(block, ref position, (int)length - 59);
        length++;
        if (length > block.Length - position || length > output.Length - written)
            throw Malformed("has a literal that is too long");
        block.Slice(position, (int)length).CopyTo(output.AsSpan(written));
        position += (int)length;
        written += (int)length;
    }

    static void Copy(ReadOnlySpan<byte> block, ref int position, byte tag, byte[] output, ref int written)
    {
        var isShort = (tag & 3) == 1;
        var length = isShort ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
        var offset = isShort
            ? ((long)(tag >> 5) << 8) | Number(block, ref position, 1)
            : Number(block, ref position, (tag & 3) == 2 ? 2 : 4);
        if (offset == 0 || offset > written || length > output.Length - written)
            throw Malformed("has a copy from outside of what was written");
        // The source may overlap what is being written: that is how runs are encoded.
        for (var i = 0; i < length; i++, written++)
            output[written] = output[written - (int)offset];
    }

    static uint Number(ReadOnlySpan<byte> block, ref int position, int bytes)
    {
        if (bytes > block.Length - position)
            throw Malformed("ends within an element");
        var value = 0U;
        for (var i = 0; i < bytes; i++)
            value |= (uint)block[position++] << (8 * i);
        return value;
    }

    static MalformedWriteException Malformed(string what) => new($"the snappy block {what}");
}
