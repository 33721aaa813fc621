using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Streams;

/// <summary>
/// Turns what a command writes to one stream into lines that may be kept and shown: decoded, stripped of terminal escapes, masked, split and capped, in this order,
/// so that no escape hides a secret. How the bytes are cut into chunks makes no difference. Not thread-safe; one a stream.
/// </summary>
public sealed class OutputReader(OutputStream stream, OutputBudget budget, SecretNeedles secrets)
{
    readonly Decoder decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    readonly EscapeStripper stripper = new();
    readonly SecretMasker masker = new(secrets);
    readonly LineCutter cutter = new(stream, budget);
    readonly StringBuilder stripped = new(), masked = new();
    char[] decoded = new char[4096];

    /// <summary>How often a secret was masked.</summary>
    public long Masked => masker.Count;

    /// <summary>The lines that are complete with this chunk.</summary>
    public IReadOnlyList<WrittenLine> Read(ReadOnlySpan<byte> chunk) => Read(chunk, isEnd: false);

    /// <summary>The rest, when the stream has ended; nothing may be read after it.</summary>
    public IReadOnlyList<WrittenLine> Complete() => Read([], isEnd: true);

    List<WrittenLine> Read(ReadOnlySpan<byte> chunk, bool isEnd)
    {
        var most = decoder.GetCharCount(chunk, isEnd);
        if (most > decoded.Length)
            decoded = new char[most];
        var length = decoder.GetChars(chunk, decoded, isEnd);
        stripped.Clear();
        masked.Clear();
        stripper.Strip(decoded.AsSpan(0, length), stripped);
        foreach (var piece in stripped.GetChunks())
            masker.Mask(piece.Span, masked);
        if (isEnd)
            masker.Complete(masked);
        var lines = new List<WrittenLine>();
        foreach (var piece in masked.GetChunks())
            cutter.Cut(piece.Span, lines);
        if (isEnd)
            cutter.Complete(lines);
        return lines;
    }
}
