using Google.Protobuf;

namespace OpsDashboard.Tests.Metrics.Intake.Otlp;

/// <summary>Writes protobuf as a sender's library would: one call a field, in any order.</summary>
sealed class Proto
{
    readonly MemoryStream stream = new();

    public static Proto New => new();

    public byte[] Bytes => stream.ToArray();

    public Proto Text(int field, string value) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    });

    public Proto Raw(int field, byte[] value) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
    });

    public Proto In(int field, Proto message) => Raw(field, message.Bytes);

    public Proto Varint(int field, long value) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    });

    public Proto Fixed(int field, long value) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteSFixed64(value);
    });

    public Proto Double(int field, double value) => Fixed(field, BitConverter.DoubleToInt64Bits(value));

    public Proto Packed(int field, params long[] values) => Raw(field, [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>A KeyValue with a text.</summary>
    public Proto Attribute(int field, string name, string value) => In(field, New.Text(1, name).In(2, New.Text(1, value)));

    /// <summary>A request with one resource and one scope, whose field 2 holds what is given.</summary>
    public static byte[] Request(Proto resource, params Proto[] records)
    {
        var scope = New;
        foreach (var record in records)
            scope.In(2, record);
        // The scope stands before the resource, which protobuf allows.
        return New.In(1, New.In(2, scope).In(1, resource)).Bytes;
    }

    Proto Write(Action<CodedOutputStream> write)
    {
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        write(output);
        return this;
    }
}
