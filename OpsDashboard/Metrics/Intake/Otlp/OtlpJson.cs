using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using OpsDashboard.Metrics.Intake.RemoteWrite;

namespace OpsDashboard.Metrics.Intake.Otlp;

/// <summary>
/// Turns OTLP's JSON into its protobuf, so that one reader serves both. As the specification says: lowerCamelCase names, unknown ones skipped,
/// trace and span ids in hexadecimal, enums as numbers, 64-bit integers as numbers or texts.
/// </summary>
static class OtlpJson
{
    const int MaxDepth = 64;

    /// <exception cref="MalformedWriteException">The text is no such message; says where.</exception>
    public static byte[] ToProtobuf(ReadOnlyMemory<byte> json, OtlpMessage root)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = MaxDepth });
            return Encode(document.RootElement, root, "");
        }
        // The second: a name whose bytes are no UTF-8.
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw new MalformedWriteException($"the JSON is malformed: {malformed.Message}");
        }
    }

    static byte[] Encode(JsonElement element, OtlpMessage message, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong(path, "an object");
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            foreach (var property in element.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.Null && message.Fields.TryGetValue(property.Name, out var field))
                    Write(output, property.Value, field, $"{path}.{property.Name}");
            }
        }
        return stream.ToArray();
    }

    static void Write(CodedOutputStream output, JsonElement value, OtlpField field, string path)
    {
        if (!field.IsList)
        {
            WriteOne(output, value, field, path);
            return;
        }
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(path, "a list");
        foreach (var entry in value.EnumerateArray())
            WriteOne(output, entry, field, path);
    }

    static void WriteOne(CodedOutputStream output, JsonElement value, OtlpField field, string path)
    {
        switch (field.Type)
        {
            case OtlpType.Message:
                Bytes(output, field, Encode(value, field.Message!, path));
                break;
            case OtlpType.Text:
                output.WriteTag(field.Number, WireFormat.WireType.LengthDelimited);
                output.WriteString(Text(value, path));
                break;
            case OtlpType.Base64:
                Bytes(output, field, Decoded(Convert.FromBase64String, value, path, "base64"));
                break;
            case OtlpType.Hex:
                Bytes(output, field, Decoded(Convert.FromHexString, value, path, "hexadecimal"));
                break;
            case OtlpType.Double:
                output.WriteTag(field.Number, WireFormat.WireType.Fixed64);
                output.WriteDouble(Double(value, path));
                break;
            case OtlpType.Fixed64:
                output.WriteTag(field.Number, WireFormat.WireType.Fixed64);
                output.WriteFixed64(Integer<ulong>(value, path));
                break;
            case OtlpType.SignedFixed64:
                output.WriteTag(field.Number, WireFormat.WireType.Fixed64);
                output.WriteSFixed64(Integer<long>(value, path));
                break;
            case OtlpType.Fixed32:
                output.WriteTag(field.Number, WireFormat.WireType.Fixed32);
                output.WriteFixed32(Integer<uint>(value, path));
                break;
            case OtlpType.Number:
                output.WriteTag(field.Number, WireFormat.WireType.Varint);
                output.WriteInt64(Integer<long>(value, path));
                break;
            case OtlpType.Flag:
                output.WriteTag(field.Number, WireFormat.WireType.Varint);
                output.WriteBool(value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(path, "true or false"));
                break;
        }
    }

    static void Bytes(CodedOutputStream output, OtlpField field, byte[] bytes)
    {
        output.WriteTag(field.Number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
    }

    static string Text(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Wrong(path, "a text");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, or bytes that are no UTF-8.
            throw Wrong(path, "a text of Unicode");
        }
    }

    static byte[] Decoded(Func<string, byte[]> decode, JsonElement value, string path, string what)
    {
        try
        {
            return decode(Text(value, path));
        }
        catch (FormatException)
        {
            throw Wrong(path, what);
        }
    }

    static double Double(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) => number,
        JsonValueKind.String => Text(value, path) switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw Wrong(path, "a number"),
        },
        _ => throw Wrong(path, "a number"),
    };

    static T Integer<T>(JsonElement value, string path) where T : struct, System.Numerics.IBinaryInteger<T>
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => Text(value, path),
            _ => throw Wrong(path, "a whole number"),
        };
        return T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(path, "a whole number in its range");
    }

    static MalformedWriteException Wrong(string path, string wanted) => new($"{(path.Length == 0 ? "the message" : path[1..])} must be {wanted}");
}
