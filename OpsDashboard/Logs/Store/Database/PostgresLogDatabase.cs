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

    public async Task OpenAsync(CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", stop, SchemaLock);
        await ExecuteAsync(connection, Schema, stop);
        await ExecuteAsync(connection, $"INSERT INTO logs.log_state VALUES ('schema', {SchemaVersion}) ON CONFLICT DO NOTHING", stop);
        await using var command = Command(connection, "SELECT value FROM logs.log_state WHERE name = 'schema'");
        var version = (long)(await command.ExecuteScalarAsync(stop))!;
        if (version > SchemaVersion)
            throw new InvalidOperationException($"The database's logs have schema {version}, this program knows {SchemaVersion}: start the newer program.");
        await transaction.CommitAsync(stop);
    }

    public async Task<IReadOnlyList<LogPartition>> PartitionsAsync(CancellationToken stop)
    {
        await using var command = source.CreateCommand("SELECT number, system, day, first_id, last_id, lines, bytes FROM logs.log_partition ORDER BY number");
        await using var reader = await command.ExecuteReaderAsync(stop);
        var partitions = new List<LogPartition>();
        while (await reader.ReadAsync(stop))
            partitions.Add(new(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)));
        return partitions;
    }

    public async Task CommitAsync(LogCommit commit, CancellationToken stop)
    {
        const int MostAttempts = 8;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryCommitAsync(commit, stop);
                return;
            }
            catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation && attempt < MostAttempts)
            {
                await RenumberAsync(commit, stop);
            }
        }
    }

    async Task TryCommitAsync(LogCommit commit, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        if (!commit.IsDurable)
            await ExecuteAsync(connection, "SET LOCAL synchronous_commit = off", stop);
        foreach (var (system, day, rows) in commit.Groups())
        {
            var partition = await OpenPartitionAsync(connection, system, day, commit.PartitionBytes, stop);
            await PostgresLineSql.CopyAsync(connection, partition, rows, stop);
            var counts = LogCommit.Counts(rows);
            await ExecuteAsync(connection, $"""
                INSERT INTO logs.count_{partition} AS c SELECT * FROM unnest($1, $2, $3) ON CONFLICT (minute, pattern) DO UPDATE SET lines = c.lines + excluded.lines
                """, stop, counts.Keys.Select(key => key.Minute).ToArray(), counts.Keys.Select(key => key.Pattern).ToArray(), counts.Values.ToArray());
            await ExecuteAsync(connection, "UPDATE logs.log_partition SET first_id = least(first_id, $2), last_id = greatest(last_id, $3), lines = lines + $4, bytes = bytes + $5 WHERE number = $1", stop,
                partition, rows.Min(row => row.Id), rows.Max(row => row.Id), (long)rows.Count, rows.Sum(row => row.Bytes));
        }
        foreach (var pattern in commit.Patterns)
        {
            await ExecuteAsync(connection, """
                INSERT INTO logs.log_pattern AS p VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (id) DO UPDATE SET first_at = least(p.first_at, excluded.first_at), last_at = greatest(p.last_at, excluded.last_at)
                """, stop, pattern.Id, pattern.System, (short)pattern.Level, Text(pattern.Category), Text(pattern.Event), pattern.Text, pattern.Example,
                Instant.ToMicroseconds(pattern.FirstAt), Instant.ToMicroseconds(pattern.LastAt));
        }
        await transaction.CommitAsync(stop);
    }

    /// <summary>The row of the partition stays locked until the commit, so that replicas write into one after the other.</summary>
    static async Task<long> OpenPartitionAsync(NpgsqlConnection connection, string system, long day, long maxBytes, CancellationToken stop)
    {
        const string Find = "SELECT number FROM logs.log_partition WHERE system = $1 AND day = $2 AND bytes < $3 ORDER BY number DESC LIMIT 1 FOR UPDATE";
        await using var find = Command(connection, Find, system, day, maxBytes);
        if (await find.ExecuteScalarAsync(stop) is long open)
            return open;
        // Two replicas that find none would both make one.
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", stop, SchemaLock);
        await using var again = Command(connection, Find, system, day, maxBytes);
        if (await again.ExecuteScalarAsync(stop) is long made)
            return made;
        await using var add = Command(connection, "INSERT INTO logs.log_partition (system, day, first_id, last_id, lines, bytes) VALUES ($1, $2, $3, 0, 0, 0) RETURNING number", system, day, long.MaxValue);
        var number = (long)(await add.ExecuteScalarAsync(stop))!;
        await ExecuteAsync(connection, string.Format(System.Globalization.CultureInfo.InvariantCulture, PartitionSchema, number), stop);
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
            await using var command = source.CreateCommand($"SELECT id FROM logs.line_{partition.Number} WHERE id = ANY ($1)");
            Add(command, [ids]);
            await using var reader = await command.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
                taken.Add(reader.GetInt64(0));
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
        return await QueryAsync(command, reader => PostgresLineSql.Read(reader, partition.System), stop);
    }

    public async Task<List<PatternCount>> CountAsync(LogPartition partition, long from, long to, int minutes, CancellationToken stop)
    {
        await using var command = source.CreateCommand($"SELECT ((minute - $1) / $3)::int, pattern, sum(lines)::bigint FROM logs.count_{partition.Number} WHERE minute >= $1 AND minute < $2 GROUP BY 1, 2");
        Add(command, [from, to, (long)minutes]);
        return await QueryAsync(command, reader => new PatternCount(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)), stop);
    }

    static async Task<List<T>> QueryAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken stop)
    {
        var rows = new List<T>();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
                rows.Add(read(reader));
        }
        // The partition went while it was looked for: retention was faster.
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable) { }
        return rows;
    }

    public async Task<List<StoredPattern>> PatternsAsync(IReadOnlyCollection<string>? systems, CancellationToken stop)
    {
        await using var command = source.CreateCommand($"SELECT id, system, level, category, event, text, example, first_at, last_at FROM logs.log_pattern{(systems is null ? "" : " WHERE system = ANY ($1)")}");
        if (systems is not null)
            Add(command, [systems.ToArray()]);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var patterns = new List<StoredPattern>();
        while (await reader.ReadAsync(stop))
        {
            patterns.Add(new(reader.GetInt64(0), reader.GetString(1), (LineLevel)reader.GetInt16(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetString(5), reader.GetString(6), Instant.FromMicroseconds(reader.GetInt64(7)), Instant.FromMicroseconds(reader.GetInt64(8))));
        }
        return patterns;
    }

    public async Task DropAsync(LogPartition partition, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        // Its row first, as those who write do.
        await ExecuteAsync(connection, "DELETE FROM logs.log_partition WHERE number = $1", stop, partition.Number);
        await ExecuteAsync(connection, $"DROP TABLE IF EXISTS logs.line_{partition.Number}, logs.count_{partition.Number}", stop);
        await transaction.CommitAsync(stop);
    }

    public async Task<int> DropPatternsAsync(DateTimeOffset before, CancellationToken stop)
    {
        await using var command = source.CreateCommand("DELETE FROM logs.log_pattern WHERE last_at < $1");
        Add(command, [Instant.ToMicroseconds(before)]);
        return await command.ExecuteNonQueryAsync(stop);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    static object Text(string? text) => new NpgsqlParameter { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text };

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stop, params object[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await command.ExecuteNonQueryAsync(stop);
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        Add(command, parameters);
        return command;
    }

    static void Add(NpgsqlCommand command, object[] parameters)
    {
        foreach (var value in parameters)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
    }
}
