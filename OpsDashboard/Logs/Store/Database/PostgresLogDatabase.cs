using Npgsql;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>The logs in the schema <c>logs</c>, which any number of replicas share; full text by tsvector and GIN.</summary>
sealed class PostgresLogDatabase(string connectionString) : ILogDatabase
{
    const int SchemaVersion = 1;

    // "ops logs" in ASCII.
    const long SchemaLock = 0x6F7073206C6F6773;

    const string Schema = """
        CREATE SCHEMA IF NOT EXISTS logs;
        CREATE TABLE IF NOT EXISTS logs.log_state (name text PRIMARY KEY, value bigint NOT NULL);
        CREATE TABLE IF NOT EXISTS logs.log_partition (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, system text NOT NULL, day bigint NOT NULL,
            first_id bigint NOT NULL, last_id bigint NOT NULL, lines bigint NOT NULL, bytes bigint NOT NULL);
        CREATE INDEX IF NOT EXISTS log_partition_day ON logs.log_partition (system, day);
        CREATE TABLE IF NOT EXISTS logs.log_pattern (id bigint PRIMARY KEY, system text NOT NULL, level smallint NOT NULL, category text, event text,
            text text NOT NULL, example text NOT NULL, first_at bigint NOT NULL, last_at bigint NOT NULL);
        CREATE TABLE IF NOT EXISTS logs.log_place (system text NOT NULL, source text NOT NULL, place text NOT NULL, lines bigint NOT NULL, read_at bigint NOT NULL, last_at bigint,
            PRIMARY KEY (system, source));
        """;

    const string PartitionSchema = """
        CREATE TABLE logs.line_{0} (id bigint PRIMARY KEY, at bigint NOT NULL, received bigint NOT NULL, level smallint NOT NULL, flaws int NOT NULL, pattern bigint NOT NULL,
            component text, category text, event text, correlation text, source text, message text NOT NULL, fields text, words tsvector NOT NULL);
        CREATE INDEX ON logs.line_{0} USING gin (words);
        CREATE INDEX ON logs.line_{0} (correlation) WHERE correlation IS NOT NULL;
        CREATE INDEX ON logs.line_{0} (id) WHERE level >= 4;
        CREATE TABLE logs.count_{0} (minute bigint NOT NULL, pattern bigint NOT NULL, lines bigint NOT NULL, PRIMARY KEY (minute, pattern));
        """;

    readonly NpgsqlDataSource source = NpgsqlDataSource.Create(connectionString);

    public Task OpenAsync(CancellationToken stop) => source.OpenSchemaAsync("logs", SchemaLock, Schema, "logs.log_state", SchemaVersion, stop);

    public async Task<IReadOnlyList<LogPartition>> PartitionsAsync(CancellationToken stop) =>
        await source.ReadAsync($"SELECT {LogRows.PartitionColumns} FROM logs.log_partition ORDER BY number", LogRows.Partition, stop);

    public async Task<IReadOnlyList<SourcePlace>> PlacesAsync(CancellationToken stop) => await source.ReadAsync($"SELECT {LogRows.PlaceColumns} FROM logs.log_place", LogRows.Place, stop);

    public async Task CommitAsync(LogCommit commit, CancellationToken stop)
    {
        const int MostAttempts = 8;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await source.WriteAsync(commit.IsDurable, connection => WriteAsync(connection, commit, stop), stop);
                return;
            }
            catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation && attempt < MostAttempts)
            {
                await RenumberAsync(commit, stop);
            }
        }
    }

    static async Task WriteAsync(NpgsqlConnection connection, LogCommit commit, CancellationToken stop)
    {
        // First: a reader that came too late must not wait for lines in vain, nor others for it.
        await MoveAsync(connection, commit, stop);
        foreach (var (system, day, rows) in commit.Groups())
        {
            var partition = await OpenPartitionAsync(connection, system, day, commit.PartitionBytes, stop);
            await PostgresLineSql.CopyAsync(connection, partition, rows, stop);
            var counts = LogCommit.Counts(rows);
            await connection.ExecuteAsync($"""
                INSERT INTO logs.count_{partition} AS c SELECT * FROM unnest($1, $2, $3) ON CONFLICT (minute, pattern) DO UPDATE SET lines = c.lines + excluded.lines
                """, stop, counts.Keys.Select(key => key.Minute).ToArray(), counts.Keys.Select(key => key.Pattern).ToArray(), counts.Values.ToArray());
            await connection.ExecuteAsync("UPDATE logs.log_partition SET first_id = least(first_id, $2), last_id = greatest(last_id, $3), lines = lines + $4, bytes = bytes + $5 WHERE number = $1", stop,
                partition, rows.Min(row => row.Id), rows.Max(row => row.Id), (long)rows.Count, rows.Sum(row => row.Bytes));
        }
        foreach (var pattern in commit.Patterns)
        {
            await connection.ExecuteAsync("""
                INSERT INTO logs.log_pattern AS p VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (id) DO UPDATE SET first_at = least(p.first_at, excluded.first_at), last_at = greatest(p.last_at, excluded.last_at)
                """, stop, pattern.Id, pattern.System, (short)pattern.Level, PostgresCommands.Text(pattern.Category), PostgresCommands.Text(pattern.Event), pattern.Text, pattern.Example,
                Instant.ToMicroseconds(pattern.FirstAt), Instant.ToMicroseconds(pattern.LastAt));
        }
    }

    // In one order everywhere, so that two readers do not wait for each other.
    static async Task MoveAsync(NpgsqlConnection connection, LogCommit commit, CancellationToken stop)
    {
        foreach (var move in commit.Moves.OrderBy(move => move.SystemId, StringComparer.Ordinal).ThenBy(move => move.Source, StringComparer.Ordinal))
        {
            var moved = move.From is null
                ? await connection.ExecuteAsync("INSERT INTO logs.log_place VALUES ($1, $2, $3, $4, $5, CASE WHEN $4 > 0 THEN $5 END) ON CONFLICT DO NOTHING", stop,
                    move.SystemId, move.Source, move.To, (long)move.Lines, Instant.ToMicroseconds(commit.At))
                : await connection.ExecuteAsync("UPDATE logs.log_place SET place = $3, lines = lines + $4, read_at = $5, last_at = CASE WHEN $4 > 0 THEN $5 ELSE last_at END WHERE system = $1 AND source = $2 AND place = $6", stop,
                    move.SystemId, move.Source, move.To, (long)move.Lines, Instant.ToMicroseconds(commit.At), move.From);
            if (moved == 0)
                throw new SourceMovedException(move.Source);
        }
    }

    /// <summary>The row of the partition stays locked until the commit, so that replicas write into one after the other.</summary>
    static async Task<long> OpenPartitionAsync(NpgsqlConnection connection, string system, long day, long maxBytes, CancellationToken stop)
    {
        const string Find = "SELECT number FROM logs.log_partition WHERE system = $1 AND day = $2 AND bytes < $3 ORDER BY number DESC LIMIT 1 FOR UPDATE";
        await using var find = connection.Command(Find, system, day, maxBytes);
        if (await find.ExecuteScalarAsync(stop) is long open)
            return open;
        // Two replicas that find none would both make one.
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock($1)", stop, SchemaLock);
        await using var again = connection.Command(Find, system, day, maxBytes);
        if (await again.ExecuteScalarAsync(stop) is long made)
            return made;
        await using var add = connection.Command("INSERT INTO logs.log_partition (system, day, first_id, last_id, lines, bytes) VALUES ($1, $2, $3, 0, 0, 0) RETURNING number", system, day, long.MaxValue);
        var number = (long)(await add.ExecuteScalarAsync(stop))!;
        await connection.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, PartitionSchema, number), stop);
        return number;
    }

    /// <summary>Gives other ids to the rows whose ids are taken, by lines that are stored or by each other.</summary>
    async Task RenumberAsync(LogCommit commit, CancellationToken stop)
    {
        var taken = new HashSet<long>();
        foreach (var partition in await PartitionsAsync(stop))
        {
            var ids = commit.Rows.Where(row => (row.Entry.SystemId ?? "") == partition.System && LineId.Day(row.Id) == partition.Day).Select(row => row.Id).ToArray();
            if (ids.Length == 0)
                continue;
            taken.UnionWith(await source.ReadAsync($"SELECT id FROM logs.line_{partition.Number} WHERE id = ANY ($1)", reader => reader.GetInt64(0), stop, ids));
        }
        foreach (var row in commit.Rows)
        {
            while (!taken.Add(row.Id))
                row.Id = commit.NewId(row);
        }
    }

    public async Task<List<LogEntry>> ReadAsync(LogPartition partition, LogScan scan, int limit, CancellationToken stop)
    {
        await using var command = source.CreateCommand();
        PostgresLineSql.Write(command, partition, scan, limit);
        return await QueryAsync(command, reader => LogRows.Line(reader, partition.System), stop);
    }

    public async Task<List<PatternCount>> CountAsync(LogPartition partition, long from, long to, int minutes, CancellationToken stop)
    {
        await using var command = source.Command($"SELECT ((minute - $1) / $3)::int, pattern, sum(lines)::bigint FROM logs.count_{partition.Number} WHERE minute >= $1 AND minute < $2 GROUP BY 1, 2",
            from, to, (long)minutes);
        return await QueryAsync(command, LogRows.Count, stop);
    }

    static async Task<List<T>> QueryAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken stop)
    {
        try
        {
            return await command.ReadAsync(read, stop);
        }
        // The partition went while it was looked for: retention was faster.
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return [];
        }
    }

    public Task<List<StoredPattern>> PatternsAsync(IReadOnlyCollection<string>? systems, CancellationToken stop) => systems is null
        ? source.ReadAsync($"SELECT {LogRows.PatternColumns} FROM logs.log_pattern", LogRows.Pattern, stop)
        : source.ReadAsync($"SELECT {LogRows.PatternColumns} FROM logs.log_pattern WHERE system = ANY ($1)", LogRows.Pattern, stop, (object)systems.ToArray());

    public Task DropAsync(LogPartition partition, CancellationToken stop) => source.WriteAsync(isDurable: true, async connection =>
    {
        // Its row first, as those who write do.
        await connection.ExecuteAsync("DELETE FROM logs.log_partition WHERE number = $1", stop, partition.Number);
        await connection.ExecuteAsync($"DROP TABLE IF EXISTS logs.line_{partition.Number}, logs.count_{partition.Number}", stop);
    }, stop);

    public Task<int> DropPatternsAsync(DateTimeOffset before, CancellationToken stop) =>
        source.ExecuteAsync("DELETE FROM logs.log_pattern WHERE last_at < $1", stop, Instant.ToMicroseconds(before));

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
