using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using OpsDashboard.Metrics.Store.Blobs;

namespace OpsDashboard.Metrics.Store.Database;

/// <summary>The store's tables in a file of their own, which one process has to itself.</summary>
sealed class SqliteSampleDatabase(string file) : ISampleDatabase
{
    const int SchemaVersion = 1;

    const string Schema = """
        CREATE TABLE IF NOT EXISTS sample_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS sample_series (id INTEGER PRIMARY KEY AUTOINCREMENT, identity BLOB NOT NULL UNIQUE, labels BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS sample_metric (name TEXT PRIMARY KEY, kind INTEGER NOT NULL, help TEXT NOT NULL, unit TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS sample_wal (process INTEGER NOT NULL, sequence INTEGER NOT NULL, max_at INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (process, sequence));
        CREATE TABLE IF NOT EXISTS sample_chunk (id INTEGER PRIMARY KEY AUTOINCREMENT, series INTEGER NOT NULL, tier INTEGER NOT NULL,
            min_at INTEGER NOT NULL, max_at INTEGER NOT NULL, count INTEGER NOT NULL, seal INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS sample_chunk_span ON sample_chunk (series, tier, max_at, min_at);
        CREATE INDEX IF NOT EXISTS sample_chunk_age ON sample_chunk (tier, max_at);
        CREATE INDEX IF NOT EXISTS sample_chunk_late ON sample_chunk (series, min_at) WHERE tier = 0 AND seal = 0;
        CREATE TABLE IF NOT EXISTS sample_dirty (series INTEGER NOT NULL, hour INTEGER NOT NULL, PRIMARY KEY (series, hour)) WITHOUT ROWID;
        """;

    readonly string connectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ConnectionString;
    FileStream? ownership;
    SqliteConnection? writer;

    SqliteConnection Writer => writer ?? throw new InvalidOperationException("The database is not open.");

    public bool IsShared => false;

    public async Task OpenAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Own();
        writer = await ConnectAsync(stop);
        // auto_vacuum must be said before the first table exists.
        await ExecuteAsync("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=67108864;", stop);
        await using var transaction = Writer.BeginTransaction();
        await ExecuteAsync(Schema, stop);
        await ExecuteAsync($"INSERT OR IGNORE INTO sample_state VALUES ('schema', {SchemaVersion}), ('cut', {long.MinValue}), ('seal', 0), ('sealed_id', 0), ('rolled', {long.MinValue})", stop);
        var version = await StateAsync("schema", stop);
        if (version > SchemaVersion)
            throw new InvalidOperationException($"{file} has schema {version}, this program knows {SchemaVersion}: start the newer program.");
        await transaction.CommitAsync(stop);
    }

    /// <summary>The file has one process.</summary>
    public Task<bool> TryLeadAsync(CancellationToken stop) => Task.FromResult(true);

    public Task AbandonSealAsync(CancellationToken stop) => ExecuteAsync("""
        DELETE FROM sample_chunk WHERE id > (SELECT value FROM sample_state WHERE name = 'sealed_id')
            AND seal > (SELECT value FROM sample_state WHERE name = 'seal')
        """, stop);

    public async Task<SealState> ReadStateAsync(CancellationToken stop) => new(await StateAsync("cut", stop), await StateAsync("seal", stop), await StateAsync("rolled", stop));

    public async IAsyncEnumerable<StoredSeries> ReadSeriesAsync(long after, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, "SELECT id, labels FROM sample_series WHERE id > $after ORDER BY id", ("$after", after));
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
            yield return new(reader.GetInt64(0), LabelsBlob.Decode(reader.GetFieldValue<byte[]>(1)));
    }

    public async Task<Labels?> FindSeriesAsync(long id, CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, "SELECT labels FROM sample_series WHERE id = $id", ("$id", id));
        return await command.ExecuteScalarAsync(stop) is byte[] blob ? LabelsBlob.Decode(blob) : null;
    }

    public async IAsyncEnumerable<MetricMetadata> ReadMetadataAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, "SELECT name, kind, help, unit FROM sample_metric");
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
            yield return new(reader.GetString(0), (MetricKind)reader.GetInt32(1), reader.GetString(2), reader.GetString(3));
    }

    public async IAsyncEnumerable<WalRecord> ReadWalAsync(IReadOnlyDictionary<long, long> applied, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        // In the order of writing, so that of two values at one time the first wins again.
        await using var command = Command(connection, "SELECT process, sequence, max_at, data FROM sample_wal ORDER BY rowid");
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var (process, sequence) = (reader.GetInt64(0), reader.GetInt64(1));
            if (sequence > applied.GetValueOrDefault(process))
                yield return new(process, sequence, reader.GetInt64(2), reader.GetFieldValue<byte[]>(3));
        }
    }

    public async Task<long[]> AddSeriesAsync(IReadOnlyList<Labels> labels, CancellationToken stop)
    {
        await using var transaction = Writer.BeginTransaction();
        await using var add = Command(Writer, "INSERT INTO sample_series (identity, labels) VALUES ($identity, $labels) ON CONFLICT (identity) DO UPDATE SET labels = excluded.labels RETURNING id",
            ("$identity", null), ("$labels", null));
        var ids = new long[labels.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            var blob = LabelsBlob.Encode(labels[i]);
            add.Parameters[0].Value = LabelsBlob.Identity(blob);
            add.Parameters[1].Value = blob;
            ids[i] = (long)(await add.ExecuteScalarAsync(stop))!;
        }
        await transaction.CommitAsync(stop);
        return ids;
    }

    public async Task CommitAsync(StoreCommit commit, CancellationToken stop)
    {
        if (commit.Durable)
            await ExecuteAsync("PRAGMA synchronous=FULL", stop);
        try
        {
            await using var transaction = Writer.BeginTransaction();
            await InsertAsync(commit, stop);
            if (commit.Sealed is { } state)
                await CompleteSealAsync(state, commit.TrimWal, stop);
            await transaction.CommitAsync(stop);
        }
        finally
        {
            if (commit.Durable)
                await ExecuteAsync("PRAGMA synchronous=NORMAL", CancellationToken.None);
        }
    }

    async Task InsertAsync(StoreCommit commit, CancellationToken stop)
    {
        await EachAsync("INSERT INTO sample_metric VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, help = excluded.help, unit = excluded.unit",
            commit.Metadata, 4, metric => [metric.Metric, (int)metric.Kind, metric.Help, metric.Unit], stop);
        await EachAsync("INSERT INTO sample_wal VALUES ($1, $2, $3, $4)", commit.Wal, 4, wal => [wal.Process, wal.Sequence, wal.MaxAt, wal.Data], stop);
        // An aggregate is replaced when it is computed anew; raw chunks only ever come on top.
        await EachAsync("DELETE FROM sample_chunk WHERE series = $1 AND tier = $2 AND max_at >= $3 AND min_at <= $4",
            commit.Chunks.Where(chunk => chunk.Tier != Tier.Raw), 4, chunk => [chunk.Series, (int)chunk.Tier, chunk.WindowStart, chunk.WindowEnd], stop);
        await EachAsync("INSERT INTO sample_chunk (series, tier, min_at, max_at, count, seal, data) VALUES ($1, $2, $3, $4, $5, $6, $7)", commit.Chunks, 7,
            chunk => [chunk.Series, (int)chunk.Tier, chunk.MinAt, chunk.MaxAt, chunk.Count, chunk.Seal, chunk.Data], stop);
        await EachAsync("UPDATE sample_chunk SET seal = (SELECT value FROM sample_state WHERE name = 'seal') WHERE id = $1 AND seal = 0", commit.Settled, 1, id => [id], stop);
        if (await EachAsync("DELETE FROM sample_chunk WHERE id = $1", commit.Replaced, 1, id => [id], stop) != commit.Replaced.Count)
            throw new IOException("Chunks that were to be replaced have changed meanwhile.");
        await EachAsync("INSERT OR IGNORE INTO sample_dirty VALUES ($1, $2)", commit.Dirty, 2, dirty => [dirty.Series, dirty.Hour], stop);
        await EachAsync("DELETE FROM sample_dirty WHERE series = $1 AND hour = $2", commit.Cleaned, 2, cleaned => [cleaned.Series, cleaned.Hour], stop);
        if (commit.Rolled is { } rolled)
            await EachAsync("UPDATE sample_state SET value = $1 WHERE name = 'rolled'", [rolled], 1, value => [value], stop);
    }

    async Task CompleteSealAsync(SealState state, IReadOnlyDictionary<long, long> trim, CancellationToken stop)
    {
        await EachAsync("UPDATE sample_state SET value = $2 WHERE name = $1", [("cut", state.Cut), ("seal", state.Seal)], 2, pair => [pair.Item1, pair.Item2], stop);
        await ExecuteAsync("UPDATE sample_state SET value = (SELECT coalesce(max(id), 0) FROM sample_chunk) WHERE name = 'sealed_id'", stop);
        await EachAsync("DELETE FROM sample_wal WHERE process = $1 AND sequence <= $2 AND max_at <= $3", trim, 3, pair => [pair.Key, pair.Value, state.Cut], stop);
    }

    public async IAsyncEnumerable<StoredChunk> ReadChunksAsync(IReadOnlyList<long> series, Tier tier, long from, long to, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, """
            SELECT min_at, max_at, count, seal, data FROM sample_chunk
            WHERE series = $series AND tier = $tier AND max_at >= $from AND min_at <= $to ORDER BY min_at, id
            """, ("$series", null), ("$tier", (int)tier), ("$from", from), ("$to", to));
        foreach (var id in series)
        {
            command.Parameters[0].Value = id;
            await using var reader = await command.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
                yield return new(id, tier, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetFieldValue<byte[]>(4));
        }
    }

    public async Task<HashSet<long>> SeriesWithChunksAsync(IReadOnlyList<long> series, long from, long to, CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, "SELECT EXISTS (SELECT 1 FROM sample_chunk WHERE series = $series AND tier = $tier AND max_at >= $from AND min_at <= $to)",
            ("$series", null), ("$tier", null), ("$from", from), ("$to", to));
        var found = new HashSet<long>();
        foreach (var id in series)
        {
            command.Parameters[0].Value = id;
            foreach (var tier in Enum.GetValues<Tier>())
            {
                command.Parameters[1].Value = (int)tier;
                if (await command.ExecuteScalarAsync(stop) is 1L && found.Add(id))
                    break;
            }
        }
        return found;
    }

    public async Task<long?> FirstSampleAsync(CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, "SELECT min_at FROM sample_chunk WHERE tier = 0 ORDER BY max_at LIMIT 1");
        return await command.ExecuteScalarAsync(stop) as long?;
    }

    public async Task<List<long>> SeriesInSpanAsync(long from, long to, CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, "SELECT DISTINCT series FROM sample_chunk WHERE tier = 0 AND max_at >= $from AND min_at < $to ORDER BY series", ("$from", from), ("$to", to));
        await using var reader = await command.ExecuteReaderAsync(stop);
        var series = new List<long>();
        while (await reader.ReadAsync(stop))
            series.Add(reader.GetInt64(0));
        return series;
    }

    public async Task<List<(long Series, long Hour)>> ReadDirtyAsync(long before, int limit, CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, "SELECT series, hour FROM sample_dirty WHERE hour < $before ORDER BY series, hour LIMIT $limit", ("$before", before), ("$limit", limit));
        await using var reader = await command.ExecuteReaderAsync(stop);
        var dirty = new List<(long, long)>();
        while (await reader.ReadAsync(stop))
            dirty.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return dirty;
    }

    public async Task<List<(long Series, long MinAt)>> ReadLateChunksAsync(long afterSeries, long afterMinAt, int limit, CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, "SELECT series, min_at FROM sample_chunk WHERE tier = 0 AND seal = 0 AND (series, min_at) > ($series, $at) ORDER BY series, min_at LIMIT $limit",
            ("$series", afterSeries), ("$at", afterMinAt), ("$limit", limit));
        await using var reader = await command.ExecuteReaderAsync(stop);
        var late = new List<(long, long)>();
        while (await reader.ReadAsync(stop))
            late.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return late;
    }

    public async Task<List<(long Id, StoredChunk Chunk)>> ReadRawChunksAsync(long series, long from, long to, CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        await using var command = Command(connection, """
            SELECT id, min_at, max_at, count, seal, data FROM sample_chunk
            WHERE series = $series AND tier = 0 AND max_at >= $from AND min_at <= $to ORDER BY min_at, id
            """, ("$series", series), ("$from", from), ("$to", to));
        await using var reader = await command.ExecuteReaderAsync(stop);
        var chunks = new List<(long, StoredChunk)>();
        while (await reader.ReadAsync(stop))
            chunks.Add((reader.GetInt64(0), new(series, Tier.Raw, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt64(4), reader.GetFieldValue<byte[]>(5))));
        return chunks;
    }

    public async Task<int> PurgeAsync(Tier tier, long before, int limit, CancellationToken stop)
    {
        await using var command = Command(Writer, "DELETE FROM sample_chunk WHERE id IN (SELECT id FROM sample_chunk WHERE tier = $tier AND max_at < $before LIMIT $limit)",
            ("$tier", (int)tier), ("$before", before), ("$limit", limit));
        var purged = await command.ExecuteNonQueryAsync(stop);
        if (purged > 0)
            await ExecuteAsync("PRAGMA incremental_vacuum(4096)", stop);
        return purged;
    }

    public async ValueTask DisposeAsync()
    {
        if (writer is not null)
        {
            await writer.DisposeAsync();
            SqliteConnection.ClearPool(writer);
        }
        ownership?.Dispose();
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

    async Task<long> StateAsync(string name, CancellationToken stop)
    {
        await using var command = Command(Writer, "SELECT value FROM sample_state WHERE name = $name", ("$name", name));
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    async Task ExecuteAsync(string sql, CancellationToken stop)
    {
        await using var command = Command(Writer, sql);
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>One prepared statement for many rows; parameters are $1, $2, … Returns how many rows it changed.</summary>
    async Task<int> EachAsync<T>(string sql, IEnumerable<T> rows, int columns, Func<T, object[]> values, CancellationToken stop)
    {
        await using var command = Command(Writer, sql, [.. Enumerable.Range(1, columns).Select(i => ($"${i}", (object?)null))]);
        var changed = 0;
        foreach (var row in rows)
        {
            var parameters = values(row);
            for (var i = 0; i < columns; i++)
                command.Parameters[i].Value = parameters[i];
            changed += await command.ExecuteNonQueryAsync(stop);
        }
        return changed;
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
