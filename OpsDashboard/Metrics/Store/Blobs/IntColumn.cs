using System.Numerics;

namespace OpsDashboard.Metrics.Store.Blobs;

/// <summary>
/// A column of whole numbers as differences (or differences of differences, where those are smaller): in blocks, each less its
/// smallest difference, the rest in Rice codes (R. F. Rice, "Some Practical Universal Noiseless Coding Techniques", JPL 79-22, 1979)
/// with the parameter that fits the block. A block of equal differences takes no bits but its header. What divides all differences
/// (pages of 4096 bytes, stamps of whole seconds) is divided out first.
/// </summary>
static class IntColumn
{
    public const int Block = 128;

    /// <summary>A block's parameter and the length of its smallest difference.</summary>
    public const int BlockHeaderBits = 6 + 7;

    const int AllEqual = 63;
    const int MaxParameter = 56;

    /// <summary>A quotient as long as this is written as such and followed by the number itself.</summary>
    const int Escape = 24;

    [ThreadStatic]
    static BitWriter? writer;

    [ThreadStatic]
    static long[]? first;

    [ThreadStatic]
    static long[]? second;

    /// <summary>Room for so many, kept a thread: chunks are packed all the time.</summary>
    public static Span<long> Scratch(ref long[]? kept, int length)
    {
        if (kept is null || kept.Length < length)
            kept = new long[Math.Max(1024, length)];
        return kept.AsSpan(0, length);
    }

    public static void Encode(ReadOnlySpan<long> column, BlobWriter into)
    {
        var differences = Scratch(ref first, column.Length);
        var seconds = Scratch(ref second, column.Length);
        differences[..Math.Min(1, column.Length)].Clear();
        var divisor = 0L;
        for (var i = 1; i < column.Length; i++)
        {
            differences[i] = unchecked(column[i] - column[i - 1]);
            divisor = Divisor(divisor, differences[i]);
        }
        divisor = Math.Max(1, divisor);
        for (var i = 1; i < column.Length; i++)
        {
            differences[i] /= divisor;
            seconds[i] = unchecked(differences[i] - differences[i - 1]);
        }
        var twice = column.Length > 2 && Cost(seconds[1..]) < Cost(differences[1..]);
        into.Byte((byte)(twice ? 2 : 1));
        if (column.Length > 0)
            into.Zigzag(column[0]);
        into.Zigzag(divisor);
        writer ??= new();
        writer.Clear();
        var rest = (twice ? seconds : differences)[Math.Min(1, column.Length)..];
        for (; rest.Length > 0; rest = rest[Math.Min(Block, rest.Length)..])
            EncodeBlock(rest[..Math.Min(Block, rest.Length)], writer);
        into.Varint((ulong)writer.Bits);
        into.Bytes(writer.Written);
    }

    static void EncodeBlock(ReadOnlySpan<long> block, BitWriter bits)
    {
        var (parameter, smallest, _) = Fit(block);
        // The smallest difference lies among the bits: as a length of 0 to 64 and so many bits.
        var folded = Fold(smallest);
        var length = 64 - BitOperations.LeadingZeroCount(folded);
        bits.Write((ulong)parameter, 6);
        bits.Write((ulong)length, 7);
        bits.Write(folded, length);
        if (parameter == AllEqual)
            return;
        foreach (var value in block)
        {
            var rest = unchecked((ulong)(value - smallest));
            var quotient = rest >> parameter;
            if (quotient >= Escape)
            {
                bits.Write((1UL << Escape) - 1, Escape);
                bits.Write(rest, 64);
                continue;
            }
            bits.Write(((1UL << (int)quotient) - 1) << 1, (int)quotient + 1);
            bits.Write(rest & ((1UL << parameter) - 1), parameter);
        }
    }

    /// <exception cref="InvalidDataException">The column is damaged.</exception>
    public static void Decode(ref BlobReader reader, Span<long> column)
    {
        var order = reader.Byte();
        if (order is not (1 or 2))
            throw new InvalidDataException("The order of a column is unknown.");
        if (column.Length > 0)
            column[0] = reader.Zigzag();
        var divisor = reader.Zigzag();
        var size = reader.Varint();
        if (size > (ulong)reader.Remaining * 8)
            throw new InvalidDataException("The data ends early.");
        var bits = new BitReader(ChunkBlob.Padded(reader.Bytes((int)((size + 7) / 8))), (int)size);
        long difference = 0;
        for (var start = 1; start < column.Length; start += Block)
            DecodeBlock(ref bits, column, start, Math.Min(column.Length, start + Block), order == 2, divisor, ref difference);
    }

    static void DecodeBlock(ref BitReader bits, Span<long> column, int start, int end, bool twice, long divisor, ref long difference)
    {
        var parameter = (int)bits.Read(6);
        var smallest = Unfold(bits.Read(Math.Min(64, (int)bits.Read(7))));
        if (parameter is > MaxParameter and not AllEqual)
            throw new InvalidDataException("The parameter of a block is too large.");
        for (var i = start; i < end; i++)
        {
            var value = parameter == AllEqual ? smallest : unchecked(smallest + (long)Next(ref bits, parameter));
            difference = twice ? unchecked(difference + value) : value;
            column[i] = unchecked(column[i - 1] + (difference * divisor));
        }
    }

    static ulong Next(ref BitReader bits, int parameter)
    {
        var quotient = BitOperations.LeadingZeroCount(~bits.Peek());
        if (quotient >= Escape)
        {
            bits.Skip(Escape);
            return bits.Read(64);
        }
        bits.Skip(quotient + 1);
        return ((ulong)quotient << parameter) | bits.Read(parameter);
    }

    /// <summary>The greatest number that divides both; 0 only while all are 0. 1 for the number that has no opposite.</summary>
    static long Divisor(long one, long other)
    {
        if (other == long.MinValue)
            return 1;
        for (other = Math.Abs(other); other != 0 && one != 1;)
            (one, other) = (other, one % other);
        return one;
    }

    static long Cost(ReadOnlySpan<long> differences)
    {
        var cost = 0L;
        for (; differences.Length > 0; differences = differences[Math.Min(Block, differences.Length)..])
            cost += Fit(differences[..Math.Min(Block, differences.Length)]).Bits;
        return cost;
    }

    /// <summary>The parameter that makes the block smallest: the logarithm of the mean, or one beside it.</summary>
    static (int Parameter, long Smallest, long Bits) Fit(ReadOnlySpan<long> block)
    {
        var smallest = long.MaxValue;
        foreach (var value in block)
            smallest = Math.Min(smallest, value);
        var sum = 0.0;
        foreach (var value in block)
            sum += unchecked((ulong)(value - smallest));
        if (sum == 0)
            return (AllEqual, smallest, BlockHeaderBits);
        var guess = Math.Clamp((int)Math.Log2((sum / block.Length) + 1), 0, MaxParameter);
        var (best, bits) = (guess, long.MaxValue);
        for (var parameter = Math.Max(0, guess - 1); parameter <= Math.Min(MaxParameter, guess + 1); parameter++)
        {
            long cost = BlockHeaderBits + 64 - BitOperations.LeadingZeroCount(Fold(smallest));
            foreach (var value in block)
            {
                var quotient = unchecked((ulong)(value - smallest)) >> parameter;
                cost += quotient >= Escape ? Escape + 64 : (long)quotient + 1 + parameter;
            }
            if (cost < bits)
                (best, bits) = (parameter, cost);
        }
        return (best, smallest, bits);
    }

    static ulong Fold(long value) => ((ulong)value << 1) ^ (ulong)(value >> 63);

    static long Unfold(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
