using System.Text;
using Microsoft.Data.Sqlite;
using OpsDashboard.Logs.Search;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>The logs in a file of their own, which one process has to itself; full text by FTS5.</summary>
sealed class SqliteLogDatabase(string file) : ILogDatabase
{
    const int SchemaVersion = 1;

    const string Schema = """
        CREATE TABLE IF NOT EXISTS log_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS log_partition (number INTEGER PRIMARY KEY AUTOINCREMENT, system TEXT NOT NULL, day INTEGER NOT NULL,
            first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, lines INTEGER NOT NULL, bytes INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS log_pattern (id INTEGER PRIMARY KEY, system TEXT NOT NULL, level INTEGER NOT NULL, category TEXT, event TEXT,
            text TEXT NOT NULL, example TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL);
        """;

    // The text is in the line already, and only whether a word occurs is asked: neither is kept a second time.
    const string PartitionSchema = """
        CREATE TABLE line_{0} (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, received INTEGER NOT NULL, level INTEGER NOT NULL, flaws INTEGER NOT NULL, pattern INTEGER NOT NULL,
            component TEXT, category TEXT, event TEXT, correlation TEXT, source TEXT, message TEXT NOT NULL, fields TEXT);
        CREATE VIRTUAL TABLE words_{0} USING fts5 (words, content='', detail=none, columnsize=0, tokenize='ascii');
        CREATE TABLE count_{0} (minute INTEGER NOT NULL, pattern INTEGER NOT NULL, lines INTEGER NOT NULL, PRIMARY KEY (minute, pattern)) WITHOUT ROWID;
        """;

    readonly string connectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ConnectionString;
    readonly Dictionary<long, SqliteLineWriter> writers = [];
    FileStream? ownership;
    SqliteConnection? writer;

    SqliteConnection Writer => writer ?? throw new InvalidOperationException("The database is not open.");

    public async Task OpenAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Own();
        writer = await ConnectAsync(stop);
        // auto_vacuum must be said before the first table exists.
        await ExecuteAsync("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=8192; PRAGMA cache_size=-32768;", stop);
        await using var transaction = Writer.BeginTransaction();
        await ExecuteAsync(Schema, stop);
        await ExecuteAsync($"INSERT OR IGNORE INTO log_state VALUES ('schema', {SchemaVersion})", stop);
        await using var command = Command(Writer, "SELECT value FROM log_state WHERE name = 'schema'");
        var version = (long)(await command.ExecuteScalarAsync(stop))!;
        if (version > SchemaVersion)
            throw new InvalidOperationException($"{file} has schema {version}, this program knows {SchemaVersion}: start the newer program.");
        await transaction.CommitAsync(stop);
    }

    public async Task<IReadOnlyList<LogPartition>> PartitionsAsync(CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        return await PartitionsAsync(connection, stop);
    }

    static async Task<IReadOnlyList<LogPartition>> PartitionsAsync(SqliteConnection connection, CancellationToken stop)
    {
        await using var command = Command(connection, "SELECT number, system, day, first_id, last_id, lines, bytes FROM log_partition ORDER BY number");
        await using var reader = await command.ExecuteReaderAsync(stop);
        var partitions = new List<LogPartition>();
        while (await reader.ReadAsync(stop))
            partitions.Add(new(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)));
        return partitions;
    }

    public async Task CommitAsync(LogCommit commit, CancellationToken stop)
    {
        if (commit.IsDurable)
            await ExecuteAsync("PRAGMA synchronous=FULL", stop);
        try
        {
            await using var transaction = Writer.BeginTransaction();
            foreach (var (system, day, rows) in commit.Groups())
                await WriteAsync(await OpenPartitionAsync(system, day, commit.PartitionBytes, stop), rows, commit, transaction, stop);
            await WritePatternsAsync(commit.Patterns, stop);
            await transaction.CommitAsync(stop);
        }
        catch
        {
            // Their tables may have gone with the transaction.
            Forget();
            throw;
        }
        finally
        {
            if (commit.IsDurable)
                await ExecuteAsync("PRAGMA synchronous=NORMAL", CancellationToken.None);
        }
    }

    async Task<long> OpenPartitionAsync(string system, long day, long maxBytes, CancellationToken stop)
    {
        await using var find = Command(Writer, "SELECT number FROM log_partition WHERE system = $system AND day = $day AND bytes < $bytes ORDER BY number DESC LIMIT 1",
            ("$system", system), ("$day", day), ("$bytes", maxBytes));
        if (await find.ExecuteScalarAsync(stop) is long open)
            return open;
        await using var add = Command(Writer, "INSERT INTO log_partition (system, day, first_id, last_id, lines, bytes) VALUES ($system, $day, $none, 0, 0, 0) RETURNING number",
            ("$system", system), ("$day", day), ("$none", long.MaxValue));
        var number = (long)(await add.ExecuteScalarAsync(stop))!;
        await ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, PartitionSchema, number), stop);
        return number;
    }

    async Task WriteAsync(long partition, IReadOnlyList<LogRow> rows, LogCommit commit, SqliteTransaction transaction, CancellationToken stop)
    {
        if (!writers.TryGetValue(partition, out var lines))
        {
            if (writers.Count >= 32)
                Forget();
            writers[partition] = lines = new(Writer, partition);
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
        await using var update = Command(Writer, "UPDATE log_partition SET first_id = min(first_id, $first), last_id = max(last_id, $last), lines = lines + $lines, bytes = bytes + $bytes WHERE number = $number",
            ("$first", rows.Min(row => row.Id)), ("$last", rows.Max(row => row.Id)), ("$lines", rows.Count), ("$bytes", bytes), ("$number", partition));
        await update.ExecuteNonQueryAsync(stop);
    }

    async Task WritePatternsAsync(IReadOnlyList<StoredPattern> patterns, CancellationToken stop)
    {
        await using var command = Command(Writer, """
            INSERT INTO log_pattern VALUES ($id, $system, $level, $category, $event, $text, $example, $first, $last)
            ON CONFLICT (id) DO UPDATE SET first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)
            """, ("$id", null), ("$system", null), ("$level", null), ("$category", null), ("$event", null), ("$text", null), ("$example", null), ("$first", null), ("$last", null));
        foreach (var pattern in patterns)
        {
            object?[] values = [pattern.Id, pattern.System, (int)pattern.Level, pattern.Category, pattern.Event, pattern.Text, pattern.Example, Instant.ToMicroseconds(pattern.FirstAt), Instant.ToMicroseconds(pattern.LastAt)];
            for (var i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i] ?? DBNull.Value;
            await command.ExecuteNonQueryAsync(stop);
        }
    }

    public Task<List<LogEntry>> ReadAsync(LogPartition partition, LogScan scan, int limit, CancellationToken stop) => QueryAsync(connection =>
    {
        var (sql, parameters) = SqliteLineSql.Of(partition, scan, limit);
        using var command = Command(connection, sql, [.. parameters]);
        using var reader = command.ExecuteReader();
        var lines = new List<LogEntry>();
        while (reader.Read())
            lines.Add(SqliteLineSql.Read(reader, partition.System));
        return lines;
    }, stop);

    public Task<List<PatternCount>> CountAsync(LogPartition partition, long from, long to, int minutes, CancellationToken stop) => QueryAsync(connection =>
    {
        using var command = Command(connection, $"SELECT (minute - $from) / $minutes, pattern, sum(lines) FROM count_{partition.Number} WHERE minute >= $from AND minute < $to GROUP BY 1, 2",
            ("$from", from), ("$to", to), ("$minutes", minutes));
        using var reader = command.ExecuteReader();
        var counts = new List<PatternCount>();
        while (reader.Read())
            counts.Add(new(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)));
        return counts;
    }, stop);

    public async Task<List<StoredPattern>> PatternsAsync(IReadOnlyCollection<string>? systems, CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        var names = systems?.Select((system, i) => ($"$s{i}", (object?)system)).ToArray() ?? [];
        var which = systems is null ? "" : $" WHERE system IN ({string.Join(", ", names.Select(name => name.Item1))})";
        await using var command = Command(connection, $"SELECT id, system, level, category, event, text, example, first_at, last_at FROM log_pattern{which}", names);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var patterns = new List<StoredPattern>();
        while (await reader.ReadAsync(stop))
        {
            patterns.Add(new(reader.GetInt64(0), reader.GetString(1), (LineLevel)reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetString(5), reader.GetString(6), Instant.FromMicroseconds(reader.GetInt64(7)), Instant.FromMicroseconds(reader.GetInt64(8))));
        }
        return patterns;
    }

    public async Task DropAsync(LogPartition partition, CancellationToken stop)
    {
        if (writers.Remove(partition.Number, out var lines))
            lines.Dispose();
        await using (var transaction = Writer.BeginTransaction())
        {
            await ExecuteAsync($"DROP TABLE IF EXISTS line_{partition.Number}; DROP TABLE IF EXISTS words_{partition.Number}; DROP TABLE IF EXISTS count_{partition.Number}", stop);
            await using var command = Command(Writer, "DELETE FROM log_partition WHERE number = $number", ("$number", partition.Number));
            await command.ExecuteNonQueryAsync(stop);
            await transaction.CommitAsync(stop);
        }
        await ExecuteAsync("PRAGMA incremental_vacuum(65536)", stop);
    }

    public async Task<int> DropPatternsAsync(DateTimeOffset before, CancellationToken stop)
    {
        await using var command = Command(Writer, "DELETE FROM log_pattern WHERE last_at < $before", ("$before", Instant.ToMicroseconds(before)));
        return await command.ExecuteNonQueryAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        Forget();
        if (writer is not null)
        {
            await writer.DisposeAsync();
            SqliteConnection.ClearPool(writer);
        }
        ownership?.Dispose();
    }

    void Forget()
    {
        foreach (var lines in writers.Values)
            lines.Dispose();
        writers.Clear();
    }

    void Own()
    {
        try
        {
            ownership = new(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"Another process has {file} open. Stop it, give this one another Storage__DataDirectory, or let both use PostgreSQL.");
        }
    }

    async Task<SqliteConnection> ConnectAsync(CancellationToken stop)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(stop);
        return connection;
    }

    /// <summary>SQLite works on the caller's thread and asks no token: a search runs beside, and is interrupted.</summary>
    async Task<List<T>> QueryAsync<T>(Func<SqliteConnection, List<T>> query, CancellationToken stop) => await Task.Run<List<T>?>(() =>
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var interrupt = stop.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle!));
        try
        {
            return query(connection);
        }
        // SQLITE_ERROR; the partition went while it was looked for: retention was faster.
        catch (SqliteException gone) when (gone.SqliteErrorCode == 1 && gone.Message.Contains("no such table", StringComparison.Ordinal))
        {
            return default;
        }
        // SQLITE_INTERRUPT
        catch (SqliteException interrupted) when (interrupted.SqliteErrorCode == 9 && stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(stop);
        }
    }, stop) ?? [];

    async Task ExecuteAsync(string sql, CancellationToken stop)
    {
        await using var command = Command(Writer, sql);
        await command.ExecuteNonQueryAsync(stop);
    }

    static SqliteCommand Command(SqliteConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
