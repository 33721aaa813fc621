using System.Text;
using System.Text.Unicode;
using OpsDashboard.Logs.Lines;

namespace OpsDashboard.Logs;

/// <summary>What is known of a line before it is read; what the line itself says goes before, but for the system.</summary>
/// <param name="SystemId">Of the file or sender. A line's own <c>system</c> is read only where this is null.</param>
public readonly record struct LineOrigin(string? SystemId, string? Component = null, string? Source = null, string? Category = null);

/// <summary>Reads one line of text into an entry. Pure; any bytes yield an entry.</summary>
public static class LogLine
{
    /// <summary>
    /// JSON objects in the schema of the guides (<c>timestamp, level, correlation_id, category, event, room_id, details{…}</c>) and its usual variants;
    /// everything else as plain text, of which time and level are recognised where possible, and of access logs <c>ip, user, method, path, status, bytes</c>.
    /// </summary>
    /// <param name="line">Without its line end.</param>
    public static LogEntry Parse(ReadOnlySpan<byte> line, LineOrigin origin, DateTimeOffset receivedAt)
    {
        var text = Clean(line, origin, receivedAt, out var draft);
        if (LooksLikeJson(text))
        {
            if (draft.OriginalBytes == 0 && JsonLine.TryRead(text, draft))
                return draft.ToEntry();
            // What a broken object had already told is dropped: the text keeps it all.
            draft = new(origin, receivedAt) { OriginalBytes = draft.OriginalBytes, Flaws = draft.Flaws | LineFlaws.BrokenJson };
        }
        PlainLine.Read(Encoding.UTF8.GetString(text), draft);
        return draft.ToEntry();
    }

    /// <summary>Null: not a JSON object; for intake that takes nothing else.</summary>
    public static LogEntry? ParseJson(ReadOnlySpan<byte> line, LineOrigin origin, DateTimeOffset receivedAt)
    {
        var text = Clean(line, origin, receivedAt, out var draft);
        return draft.OriginalBytes == 0 && LooksLikeJson(text) && JsonLine.TryRead(text, draft) ? draft.ToEntry() : null;
    }

    static bool LooksLikeJson(ReadOnlySpan<byte> text) => text.TrimStart(" \t"u8) is [(byte)'{', ..];

    static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line, LineOrigin origin, DateTimeOffset receivedAt, out LineDraft draft)
    {
        draft = new(origin, receivedAt);
        if (line.StartsWith("\uFEFF"u8))
            line = line[3..];
        line = line.TrimEnd("\r\n"u8);
        if (line.Length > LogLimits.MaxLineBytes)
        {
            draft.OriginalBytes = line.Length;
            line = line[..LogLimits.MaxLineBytes];
            // Not in the middle of a character.
            while (line.Length > 0 && (line[^1] & 0xC0) == 0x80)
                line = line[..^1];
            if (line.Length > 0 && line[^1] >= 0xC0)
                line = line[..^1];
        }
        if (Utf8.IsValid(line) && !line.Contains((byte)0))
            return line;
        draft.Flaws |= LineFlaws.InvalidUtf8;
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line).Replace('\0', '\uFFFD'));
    }
}
