using System.Globalization;
using Microsoft.Data.Sqlite;
using OpsDashboard.Logs.Search;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>The logs in a file of their own, which one process has to itself; full text by FTS5.</summary>
sealed class SqliteLogDatabase(string path) : ILogDatabase
{
    const int SchemaVersion = 1;

    const string Schema = """
        CREATE TABLE IF NOT EXISTS log_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS log_partition (number INTEGER PRIMARY KEY AUTOINCREMENT, system TEXT NOT NULL, day INTEGER NOT NULL,
            first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, lines INTEGER NOT NULL, bytes INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS log_pattern (id INTEGER PRIMARY KEY, system TEXT NOT NULL, level INTEGER NOT NULL, category TEXT, event TEXT,
            text TEXT NOT NULL, example TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS log_place (system TEXT NOT NULL, source TEXT NOT NULL, place TEXT NOT NULL, lines INTEGER NOT NULL, read_at INTEGER NOT NULL, last_at INTEGER,
            PRIMARY KEY (system, source)) WITHOUT ROWID;
        """;

    // The text is in the line already, and only whether a word occurs is asked: neither is kept a second time.
    const string PartitionSchema = """
        CREATE TABLE line_{0} (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, received INTEGER NOT NULL, level INTEGER NOT NULL, flaws INTEGER NOT NULL, pattern INTEGER NOT NULL,
            component TEXT, category TEXT, event TEXT, correlation TEXT, source TEXT, message TEXT NOT NULL, fields TEXT);
        CREATE VIRTUAL TABLE words_{0} USING fts5 (words, content='', detail=none, columnsize=0, tokenize='ascii');
        CREATE TABLE count_{0} (minute INTEGER NOT NULL, pattern INTEGER NOT NULL, lines INTEGER NOT NULL, PRIMARY KEY (minute, pattern)) WITHOUT ROWID;
        """;

    readonly SqliteFile file = new(path);
    readonly Dictionary<long, SqliteLineWriter> writers = [];

    public Task OpenAsync(CancellationToken stop) => file.OpenAsync(Schema, "log_state", SchemaVersion, stop, "PRAGMA wal_autocheckpoint=8192; PRAGMA cache_size=-32768;");

    public async Task<IReadOnlyList<LogPartition>> PartitionsAsync(CancellationToken stop) =>
        await file.ReadAsync($"SELECT {LogRows.PartitionColumns} FROM log_partition ORDER BY number", LogRows.Partition, stop);

    public async Task<IReadOnlyList<SourcePlace>> PlacesAsync(CancellationToken stop) => await file.ReadAsync($"SELECT {LogRows.PlaceColumns} FROM log_place", LogRows.Place, stop);

    public async Task CommitAsync(LogCommit commit, CancellationToken stop)
    {
        try
        {
            await file.WriteAsync(commit.IsDurable, async transaction =>
            {
                await MoveAsync(commit, stop);
                foreach (var (system, day, rows) in commit.Groups())
                    await WriteAsync(await OpenPartitionAsync(system, day, commit.PartitionBytes, stop), rows, commit, transaction, stop);
                await WritePatternsAsync(commit.Patterns, stop);
            }, stop);
        }
        catch
        {
            // Their tables may have gone with the transaction.
            Forget();
            throw;
        }
    }

    async Task MoveAsync(LogCommit commit, CancellationToken stop)
    {
        foreach (var move in commit.Moves)
        {
            var moved = await file.ExecuteAsync(move.From is null
                ? "INSERT OR IGNORE INTO log_place VALUES ($system, $source, $to, $lines, $at, CASE WHEN $lines > 0 THEN $at END)"
                : "UPDATE log_place SET place = $to, lines = lines + $lines, read_at = $at, last_at = CASE WHEN $lines > 0 THEN $at ELSE last_at END WHERE system = $system AND source = $source AND place = $from", stop,
                ("$system", move.SystemId), ("$source", move.Source), ("$from", move.From), ("$to", move.To), ("$lines", move.Lines), ("$at", Instant.ToMicroseconds(commit.At)));
            if (moved == 0)
                throw new SourceMovedException(move.Source);
        }
    }

    async Task<long> OpenPartitionAsync(string system, long day, long maxBytes, CancellationToken stop)
    {
        await using var find = SqliteFile.Command(file.Writer, "SELECT number FROM log_partition WHERE system = $system AND day = $day AND bytes < $bytes ORDER BY number DESC LIMIT 1",
            ("$system", system), ("$day", day), ("$bytes", maxBytes));
        if (await find.ExecuteScalarAsync(stop) is long open)
            return open;
        await using var add = SqliteFile.Command(file.Writer, "INSERT INTO log_partition (system, day, first_id, last_id, lines, bytes) VALUES ($system, $day, $none, 0, 0, 0) RETURNING number",
            ("$system", system), ("$day", day), ("$none", long.MaxValue));
        var number = (long)(await add.ExecuteScalarAsync(stop))!;
        await file.ExecuteAsync(string.Format(CultureInfo.InvariantCulture, PartitionSchema, number), stop);
        return number;
    }

    async Task WriteAsync(long partition, IReadOnlyList<LogRow> rows, LogCommit commit, SqliteTransaction transaction, CancellationToken stop)
    {
        if (!writers.TryGetValue(partition, out var lines))
        {
            if (writers.Count >= 32)
                Forget();
            writers[partition] = lines = new(file.Writer, partition);
        }
        lines.Transaction = transaction;
        long bytes = 0;
        foreach (var row in rows)
        {
            while (!lines.Insert(row))
                row.Id = commit.NewId(row);
            bytes += row.Bytes;
        }
        foreach (var ((minute, pattern), count) in LogCommit.Counts(rows))
            lines.Count(minute, pattern, count);
        await file.ExecuteAsync("UPDATE log_partition SET first_id = min(first_id, $first), last_id = max(last_id, $last), lines = lines + $lines, bytes = bytes + $bytes WHERE number = $number", stop,
            ("$first", rows.Min(row => row.Id)), ("$last", rows.Max(row => row.Id)), ("$lines", rows.Count), ("$bytes", bytes), ("$number", partition));
    }

    Task WritePatternsAsync(IReadOnlyList<StoredPattern> patterns, CancellationToken stop) => file.ExecuteAsync("""
        INSERT INTO log_pattern VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (id) DO UPDATE SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)
        """, patterns, 9, pattern =>
            [pattern.Id, pattern.System, (int)pattern.Level, pattern.Category, pattern.Event, pattern.Text, pattern.Example, Instant.ToMicroseconds(pattern.FirstAt), Instant.ToMicroseconds(pattern.LastAt)], stop);

    public Task<List<LogEntry>> ReadAsync(LogPartition partition, LogScan scan, int limit, CancellationToken stop)
    {
        var (sql, parameters) = SqliteLineSql.Of(partition, scan, limit);
        return SearchAsync(sql, reader => LogRows.Line(reader, partition.System), stop, [.. parameters]);
    }

    public Task<List<PatternCount>> CountAsync(LogPartition partition, long from, long to, int minutes, CancellationToken stop) =>
        SearchAsync($"SELECT (minute - $from) / $minutes, pattern, sum(lines) FROM count_{partition.Number} WHERE minute >= $from AND minute < $to GROUP BY 1, 2", LogRows.Count, stop,
            ("$from", from), ("$to", to), ("$minutes", minutes));

    public Task<List<StoredPattern>> PatternsAsync(IReadOnlyCollection<string>? systems, CancellationToken stop)
    {
        var names = systems?.Select((system, i) => ($"$s{i}", (object?)system)).ToArray() ?? [];
        var which = systems is null ? "" : $" WHERE system IN ({string.Join(", ", names.Select(name => name.Item1))})";
        return file.ReadAsync($"SELECT {LogRows.PatternColumns} FROM log_pattern{which}", LogRows.Pattern, stop, names);
    }

    public async Task DropAsync(LogPartition partition, CancellationToken stop)
    {
        if (writers.Remove(partition.Number, out var lines))
            lines.Dispose();
        await file.WriteAsync(isDurable: false, async _ =>
        {
            await file.ExecuteAsync($"DROP TABLE IF EXISTS line_{partition.Number}; DROP TABLE IF EXISTS words_{partition.Number}; DROP TABLE IF EXISTS count_{partition.Number}", stop);
            await file.ExecuteAsync("DELETE FROM log_partition WHERE number = $number", stop, ("$number", partition.Number));
        }, stop);
        await file.ExecuteAsync("PRAGMA incremental_vacuum(65536)", stop);
    }

    public Task<int> DropPatternsAsync(DateTimeOffset before, CancellationToken stop) =>
        file.ExecuteAsync("DELETE FROM log_pattern WHERE last_at < $before", stop, ("$before", Instant.ToMicroseconds(before)));

    public async ValueTask DisposeAsync()
    {
        Forget();
        await file.DisposeAsync();
    }

    void Forget()
    {
        foreach (var lines in writers.Values)
            lines.Dispose();
        writers.Clear();
    }

    async Task<List<T>> SearchAsync<T>(string sql, Func<SqliteDataReader, T> read, CancellationToken stop, params (string Name, object? Value)[] parameters)
    {
        try
        {
            return await file.SearchAsync(connection =>
            {
                using var command = SqliteFile.Command(connection, sql, parameters);
                using var reader = command.ExecuteReader();
                var rows = new List<T>();
                while (reader.Read())
                    rows.Add(read(reader));
                return rows;
            }, stop);
        }
        // SQLITE_ERROR; the partition went while it was looked for: retention was faster.
        catch (SqliteException gone) when (gone.SqliteErrorCode == 1 && gone.Message.Contains("no such table", StringComparison.Ordinal))
        {
            return [];
        }
    }
}
