using OpsDashboard.Logs.Search;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>Lines of one system and day (a further one where a day has too many), kept in tables of their own and dropped as a whole.</summary>
/// <param name="System">Empty: lines of no system.</param>
/// <param name="Day">Days since 1970.</param>
sealed record LogPartition(long Number, string System, long Day, long FirstId, long LastId, long Lines, long Bytes);

/// <summary>A line on its way into the database; what can be made of it before is made by who brings it, because one writes for all.</summary>
sealed class LogRow(LogEntry entry, long id, string words)
{
    public LogEntry Entry { get; } = entry;

    /// <summary>Changes where another line already has it.</summary>
    public long Id { get; set; } = id;

    /// <summary><see cref="LogWords"/> of the entry.</summary>
    public string Words { get; } = words;

    /// <summary>The fields as they are stored, or null.</summary>
    public string? Fields { get; } = FieldsJson.Write(entry.Fields);

    public long Bytes { get; } = entry.Message.Length + entry.Fields.Sum(field => (long)field.Name.Length + field.Value.Length + 6) + 64;
}

/// <summary>A kind of line, see <see cref="LogPattern"/>. The system is empty where there is none.</summary>
sealed record StoredPattern(long Id, string System, LineLevel Level, string? Category, string? Event, string Text, string Example, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>What one transaction writes.</summary>
/// <param name="Rows">In the order of their ids.</param>
/// <param name="Patterns">Of all rows, with the first and the last of them; in the order of their ids.</param>
/// <param name="NewId">Another id for a row whose own is taken.</param>
/// <param name="PartitionBytes">A partition with more is closed.</param>
/// <param name="IsDurable">Somebody's write is acknowledged by this commit: it must be on the disk.</param>
/// <param name="At">Now.</param>
sealed record LogCommit(IReadOnlyList<LogRow> Rows, IReadOnlyList<StoredPattern> Patterns, Func<LogRow, long> NewId, long PartitionBytes, bool IsDurable, DateTimeOffset At)
{
    /// <summary>Sources that it reads on: each stands where its move begins, or the commit fails with <see cref="SourceMovedException"/>.</summary>
    public IReadOnlyList<SourceMove> Moves { get; init; } = [];

    /// <summary>Rows that go into one partition, in the same order everywhere: two replicas must not wait for each other.</summary>
    public IEnumerable<(string System, long Day, IReadOnlyList<LogRow> Rows)> Groups() =>
        Rows.GroupBy(row => (System: row.Entry.SystemId ?? "", Day: LineId.Day(row.Id)))
            .OrderBy(group => group.Key.Day).ThenBy(group => group.Key.System, StringComparer.Ordinal)
            .Select(group => (group.Key.System, group.Key.Day, (IReadOnlyList<LogRow>)[.. group]));

    public static Dictionary<(long Minute, long Pattern), long> Counts(IEnumerable<LogRow> rows)
    {
        var counts = new Dictionary<(long, long), long>();
        foreach (var row in rows)
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, (LineId.Minute(row.Id), row.Entry.Pattern), out _)++;
        return counts;
    }
}

/// <summary>Lines of a partition with ids in [From, To) that the match may accept.</summary>
readonly record struct LogScan(LineMatch Match, long From, long To);

/// <summary>Lines of one pattern in the step that begins Step × steps after the first minute asked for.</summary>
readonly record struct PatternCount(int Step, long Pattern, long Lines);

/// <summary>
/// The tables of the logs. One caller writes, any number read. What goes wrong is thrown as the provider's <see cref="System.Data.Common.DbException"/>
/// or an I/O exception; nothing of a failed commit is kept.
/// </summary>
interface ILogDatabase : IAsyncDisposable
{
    /// <summary>Creates or checks the tables.</summary>
    Task OpenAsync(CancellationToken stop);

    Task<IReadOnlyList<LogPartition>> PartitionsAsync(CancellationToken stop);

    Task CommitAsync(LogCommit commit, CancellationToken stop);

    /// <summary>How far all sources were read.</summary>
    Task<IReadOnlyList<SourcePlace>> PlacesAsync(CancellationToken stop);

    /// <summary>The newest so many lines of the scan, newest first; not yet decided by its match.</summary>
    Task<List<LogEntry>> ReadAsync(LogPartition partition, LogScan scan, int limit, CancellationToken stop);

    /// <summary>Lines by step of so many minutes and pattern, in the minutes [from, to).</summary>
    Task<List<PatternCount>> CountAsync(LogPartition partition, long from, long to, int minutes, CancellationToken stop);

    /// <summary>Null: of all systems.</summary>
    Task<List<StoredPattern>> PatternsAsync(IReadOnlyCollection<string>? systems, CancellationToken stop);

    Task DropAsync(LogPartition partition, CancellationToken stop);

    /// <summary>Forgets patterns that were last seen before.</summary>
    Task<int> DropPatternsAsync(DateTimeOffset before, CancellationToken stop);
}
