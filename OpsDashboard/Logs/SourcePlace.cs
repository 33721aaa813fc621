namespace OpsDashboard.Logs;

/// <summary>How far something that is read on, such as a file, was read: everything before is stored.</summary>
/// <param name="Place">In the reader's own words.</param>
/// <param name="Lines">Stored of it since it was first read.</param>
/// <param name="LastLineAt">When the last of them came; null: none yet.</param>
public sealed record SourcePlace(string SystemId, string Source, string Place, long Lines, DateTimeOffset ReadAt, DateTimeOffset? LastLineAt);

/// <summary>That a source is read on from one place to another, by lines that are stored with it.</summary>
/// <param name="From">Where the reader began; null: it was never read before.</param>
/// <param name="Lines">How many of the lines are of it.</param>
public sealed record SourceMove(string SystemId, string Source, string? From, string To, int Lines);

/// <summary>A source does not stand where its reader began: somebody else read it on, or an earlier write got through after all. Nothing was stored; read the places anew.</summary>
public sealed class SourceMovedException(string source) : Exception($"{source} was read on meanwhile.");
