namespace OpsDashboard.Logs;

/// <summary>What is known of a line before it is read; what the line itself says goes before, but for the system.</summary>
/// <param name="SystemId">Of the file or sender. A line's own <c>system</c> is read only where this is null.</param>
public readonly record struct LineOrigin(string? SystemId, string? Component = null, string? Source = null, string? Category = null);

/// <summary>Reads one line of text into an entry. Pure; any bytes yield an entry.</summary>
public static partial class LogLine
{
    /// <summary>
    /// JSON objects in the schema of the guides (<c>timestamp, level, correlation_id, category, event, room_id, details{…}</c>) and its usual variants;
    /// everything else as plain text, of which time and level are recognised where possible, and of access logs <c>ip, user, method, path, status, bytes</c>.
    /// </summary>
    /// <param name="line">Without its line end.</param>
    public static LogEntry Parse(ReadOnlySpan<byte> line, LineOrigin origin, DateTimeOffset receivedAt) => throw new NotImplementedException();

    /// <summary>Null: not a JSON object; for intake that takes nothing else.</summary>
    public static LogEntry? ParseJson(ReadOnlySpan<byte> line, LineOrigin origin, DateTimeOffset receivedAt) => throw new NotImplementedException();
}
