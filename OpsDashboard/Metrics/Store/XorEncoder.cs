using System.Buffers.Binary;
using System.Numerics;

namespace OpsDashboard.Metrics.Store;

/// <summary>
/// Writes samples into a bit stream: times as delta of deltas, values as XOR with the one before.
/// After T. Pelkonen et al., "Gorilla: A Fast, Scalable, In-Memory Time Series Database" (VLDB 2015), sections 4.1.1 and 4.1.2,
/// with the value classes of Prometheus' tsdb/chunkenc/xor.go and one class more for times: stamps that jitter by a few
/// milliseconds around a regular interval take nine bits instead of sixteen.
/// Mutable and not thread-safe; <see cref="XorDecoder"/> reads it back bit by bit.
/// </summary>
struct XorEncoder(byte[] data)
{
    /// <summary>The most bits that one sample can take.</summary>
    public const int WorstCaseBits = 4 + 64 + 2 + 5 + 6 + 64;

    /// <summary>Bytes behind the last bit that must exist, because bits are written and read eight bytes at a time.</summary>
    public const int Slack = 8;

    const int NoWindow = 0xFF;

    long delta;
    ulong value;
    int leading = NoWindow;
    int trailing;

    public readonly byte[] Data => data;

    public int Bits { get; private set; }

    public int Count { get; private set; }

    public long LastAt { get; private set; }

    public readonly double LastValue => BitConverter.UInt64BitsToDouble(value);

    /// <summary>False when the next sample might not fit; the chunk is then closed.</summary>
    public readonly bool HasRoom => Bits + WorstCaseBits <= (data.Length - Slack) * 8;

    /// <summary>Adds a sample later than all before it. The caller has checked <see cref="HasRoom"/>.</summary>
    public void Append(long at, double sample)
    {
        var bits = BitConverter.DoubleToUInt64Bits(sample);
        if (Count == 0)
        {
            Write((ulong)at, 64);
            Write(bits, 64);
        }
        else
        {
            var next = at - LastAt;
            WriteTime(next - delta);
            WriteValue(bits ^ value);
            delta = next;
        }
        (LastAt, value) = (at, bits);
        Count++;
    }

    void WriteTime(long change)
    {
        switch (change)
        {
            case 0:
                Write(0, 1);
                break;
            case >= -63 and <= 64:
                Write((0b10UL << 7) | (ulong)(change + 63), 9);
                break;
            case >= -8191 and <= 8192:
                Write((0b110UL << 14) | (ulong)(change + 8191), 17);
                break;
            case >= -524287 and <= 524288:
                Write((0b1110UL << 20) | (ulong)(change + 524287), 24);
                break;
            default:
                Write(0b1111, 4);
                Write((ulong)change, 64);
                break;
        }
    }

    void WriteValue(ulong change)
    {
        if (change == 0)
        {
            Write(0, 1);
            return;
        }
        var newLeading = Math.Min(BitOperations.LeadingZeroCount(change), 31);
        var newTrailing = BitOperations.TrailingZeroCount(change);
        if (leading != NoWindow && newLeading >= leading && newTrailing >= trailing)
        {
            Write(0b10, 2);
            Write(change >> trailing, 64 - leading - trailing);
            return;
        }
        (leading, trailing) = (newLeading, newTrailing);
        var significant = 64 - leading - trailing;
        // 64 significant bits are written as 0: none at all cannot occur, that is the first case.
        Write((0b11UL << 11) | ((ulong)leading << 6) | ((ulong)significant & 63), 13);
        Write(change >> trailing, significant);
    }

    void Write(ulong bits, int count)
    {
        if (count > 56)
        {
            Write(bits >> 32, count - 32);
            Write(bits & uint.MaxValue, 32);
            return;
        }
        var place = data.AsSpan(Bits >> 3, 8);
        var shifted = bits << (64 - (Bits & 7) - count);
        BinaryPrimitives.WriteUInt64BigEndian(place, BinaryPrimitives.ReadUInt64BigEndian(place) | shifted);
        Bits += count;
    }
}
