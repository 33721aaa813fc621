using System.Buffers.Binary;
using Google.Protobuf;

namespace OpsDashboard.Metrics.Intake.RemoteWrite;

/// <summary>
/// Walks the fields of one protobuf message in place (protobuf.dev, "Encoding"). Google.Protobuf's CodedInputStream would have to copy every
/// nested message, of which a write request has one a label and one a sample.
/// </summary>
ref struct WireReader(ReadOnlySpan<byte> message)
{
    readonly ReadOnlySpan<byte> message = message;
    int position;

    public int Field { get; private set; }

    public WireFormat.WireType Type { get; private set; }

    /// <summary>Moves to the next field; false at the end. Its value must be read or skipped before the next call.</summary>
    public bool Next()
    {
        if (position >= message.Length)
            return false;
        var tag = Varint();
        if (tag > uint.MaxValue || tag >> 3 == 0)
            throw Malformed("has an invalid field number");
        Field = WireFormat.GetTagFieldNumber((uint)tag);
        Type = WireFormat.GetTagWireType((uint)tag);
        return true;
    }

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(WireFormat.WireType.LengthDelimited);
        var length = Varint();
        if (length > (ulong)(message.Length - position))
            throw Malformed("ends within a field");
        var bytes = message.Slice(position, (int)length);
        position += (int)length;
        return bytes;
    }

    public long Int64()
    {
        Expect(WireFormat.WireType.Varint);
        return unchecked((long)Varint());
    }

    public double Double()
    {
        Expect(WireFormat.WireType.Fixed64);
        return BinaryPrimitives.ReadDoubleLittleEndian(Fixed(8));
    }

    public ulong Fixed64()
    {
        Expect(WireFormat.WireType.Fixed64);
        return BinaryPrimitives.ReadUInt64LittleEndian(Fixed(8));
    }

    public void Skip()
    {
        switch (Type)
        {
            case WireFormat.WireType.Varint: Varint(); break;
            case WireFormat.WireType.Fixed64: Fixed(8); break;
            case WireFormat.WireType.LengthDelimited: Bytes(); break;
            case WireFormat.WireType.Fixed32: Fixed(4); break;
            default: throw Malformed($"has a field of the wire type {(int)Type}");
        }
    }

    readonly void Expect(WireFormat.WireType wanted)
    {
        if (Type != wanted)
            throw Malformed($"has field {Field} in the wrong wire type");
    }

    ReadOnlySpan<byte> Fixed(int length)
    {
        if (length > message.Length - position)
            throw Malformed("ends within a field");
        position += length;
        return message.Slice(position - length, length);
    }

    ulong Varint()
    {
        const int Longest = 10;
        var value = 0UL;
        for (var i = 0; i < Longest; i++)
        {
            if (position >= message.Length)
                throw Malformed("ends within a number");
            var next = message[position++];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
                return value;
        }
        throw Malformed("has a number that does not end");
    }

    static MalformedWriteException Malformed(string what) => new($"the protobuf message {what}");
}
