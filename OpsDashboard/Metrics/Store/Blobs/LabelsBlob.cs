using System.Security.Cryptography;
using System.Text;

namespace OpsDashboard.Metrics.Store.Blobs;

/// <summary>A series' identity as it is stored: each name and value as length and UTF-8, in the order of <see cref="Labels"/>.</summary>
static class LabelsBlob
{
    public static byte[] Encode(Labels labels)
    {
        var writer = new BlobWriter();
        foreach (ref readonly var label in labels.AsSpan())
        {
            Text(writer, label.Name);
            Text(writer, label.Value);
        }
        return writer.Written.ToArray();
    }

    public static Labels Decode(ReadOnlySpan<byte> blob)
    {
        var reader = new BlobReader(blob);
        var labels = new List<Label>();
        while (reader.Remaining > 0)
            labels.Add(new(Text(ref reader), Text(ref reader)));
        return Labels.From(labels);
    }

    /// <summary>What equal label sets have in common on every machine and no other set has.</summary>
    public static byte[] Identity(ReadOnlySpan<byte> blob) => SHA256.HashData(blob);

    static void Text(BlobWriter writer, string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        writer.Varint((ulong)size);
        Encoding.UTF8.GetBytes(text, writer.Room(size));
    }

    // Names and most values occur in many series: kept once.
    static string Text(ref BlobReader reader) => string.Intern(Encoding.UTF8.GetString(reader.Bytes((int)Math.Min(reader.Varint(), int.MaxValue))));
}
