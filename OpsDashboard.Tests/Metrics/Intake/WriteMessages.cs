using Google.Protobuf;

namespace OpsDashboard.Tests.Metrics.Intake;

/// <summary>Encodes remote write requests as a sender would.</summary>
static class WriteMessages
{
    public static byte[] Request(params (string[] Labels, (long At, double Value)[] Samples)[] series) => Message(output =>
    {
        foreach (var (labels, samples) in series)
        {
            Field(output, 1, Message(inner =>
            {
                for (var i = 0; i + 1 < labels.Length; i += 2)
                {
                    var (name, value) = (labels[i], labels[i + 1]);
                    Field(inner, 1, Message(label =>
                    {
                        label.WriteTag(1, WireFormat.WireType.LengthDelimited);
                        label.WriteString(name);
                        label.WriteTag(2, WireFormat.WireType.LengthDelimited);
                        label.WriteString(value);
                    }));
                }
                foreach (var (at, value) in samples)
                {
                    Field(inner, 2, Message(sample =>
                    {
                        sample.WriteTag(1, WireFormat.WireType.Fixed64);
                        sample.WriteDouble(value);
                        sample.WriteTag(2, WireFormat.WireType.Varint);
                        sample.WriteInt64(at);
                    }));
                }
            }));
        }
    });

    /// <summary>Snappy's block format with literals only.</summary>
    public static byte[] Snappy(byte[] data)
    {
        using var block = new MemoryStream();
        var length = (uint)data.Length;
        for (; length >= 0x80; length >>= 7)
            block.WriteByte((byte)(length | 0x80));
        block.WriteByte((byte)length);
        for (var i = 0; i < data.Length; i += 60)
        {
            var run = Math.Min(60, data.Length - i);
            block.WriteByte((byte)((run - 1) << 2));
            block.Write(data, i, run);
        }
        return block.ToArray();
    }

    static void Field(CodedOutputStream output, int number, byte[] message)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }
}
