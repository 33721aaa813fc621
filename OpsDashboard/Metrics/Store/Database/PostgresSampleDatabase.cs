using System.Data;
using Npgsql;
using NpgsqlTypes;
using OpsDashboard.Metrics.Store.Blobs;
using OpsDashboard.Storage;

namespace OpsDashboard.Metrics.Store.Database;

/// <summary>
/// The store's tables in the schema <c>samples</c>, which any number of replicas share. One of them leads: it alone seals,
/// on the session that holds the lock, so that a leader whose session broke cannot complete a seal.
/// </summary>
sealed class PostgresSampleDatabase(string connectionString) : ISampleDatabase
{
    const int SchemaVersion = 1;

    // "ops samples" in ASCII, cut to eight bytes; the second for the schema.
    const long LeaderLock = 0x6F70735F73616D70;
    const long SchemaLock = 0x6F70735F73616D71;

    static readonly string Schema = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"""
        CREATE SCHEMA IF NOT EXISTS samples;
        CREATE TABLE IF NOT EXISTS samples.sample_state (name text PRIMARY KEY, value bigint NOT NULL);
        CREATE TABLE IF NOT EXISTS samples.sample_series (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, identity bytea NOT NULL UNIQUE, labels bytea NOT NULL);
        CREATE TABLE IF NOT EXISTS samples.sample_metric (name text PRIMARY KEY, kind int NOT NULL, help text NOT NULL, unit text NOT NULL);
        CREATE TABLE IF NOT EXISTS samples.sample_wal (process bigint NOT NULL, sequence bigint NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY,
            max_at bigint NOT NULL, data bytea NOT NULL, PRIMARY KEY (process, sequence));
        CREATE TABLE IF NOT EXISTS samples.sample_chunk (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, series bigint NOT NULL, tier smallint NOT NULL,
            min_at bigint NOT NULL, max_at bigint NOT NULL, count int NOT NULL, seal bigint NOT NULL, data bytea NOT NULL);
        CREATE INDEX IF NOT EXISTS sample_chunk_span ON samples.sample_chunk (series, tier, max_at, min_at);
        CREATE INDEX IF NOT EXISTS sample_chunk_age ON samples.sample_chunk (tier, max_at);
        CREATE INDEX IF NOT EXISTS sample_chunk_late ON samples.sample_chunk (series, min_at) WHERE tier = 0 AND seal = 0;
        CREATE TABLE IF NOT EXISTS samples.sample_dirty (series bigint NOT NULL, hour bigint NOT NULL, PRIMARY KEY (series, hour));
        -- The blobs are packed already.
        ALTER TABLE samples.sample_wal ALTER COLUMN data SET STORAGE EXTERNAL;
        ALTER TABLE samples.sample_chunk ALTER COLUMN data SET STORAGE EXTERNAL;
        INSERT INTO samples.sample_state VALUES ('cut', {long.MinValue}), ('seal', 0), ('sealed_id', 0), ('rolled', {long.MinValue}) ON CONFLICT DO NOTHING;
        """);

    readonly NpgsqlDataSource source = NpgsqlDataSource.Create(connectionString);
    NpgsqlConnection? leader;

    public bool IsShared => true;

    public Task OpenAsync(CancellationToken stop) => source.OpenSchemaAsync("samples", SchemaLock, Schema, "samples.sample_state", SchemaVersion, stop);

    public async Task<bool> TryLeadAsync(CancellationToken stop)
    {
        if (leader is not null && await IsAliveAsync(leader, stop))
            return true;
        if (leader is not null)
            await leader.DisposeAsync();
        leader = null;
        // Not from the pool: closing it must end the session and with it the lock.
        var candidate = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            await candidate.OpenAsync(stop);
            await using var command = candidate.Command("SELECT pg_try_advisory_lock($1)", LeaderLock);
            if (await command.ExecuteScalarAsync(stop) is true)
                leader = candidate;
        }
        finally
        {
            if (leader != candidate)
                await candidate.DisposeAsync();
        }
        return leader is not null;
    }

    public async Task<SealState> ReadStateAsync(CancellationToken stop) => (await source.ReadAsync(
        "SELECT max(value) FILTER (WHERE name = 'cut'), max(value) FILTER (WHERE name = 'seal'), max(value) FILTER (WHERE name = 'rolled') FROM samples.sample_state",
        reader => new SealState(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)), stop))[0];

    public IAsyncEnumerable<StoredSeries> ReadSeriesAsync(long after, CancellationToken stop) =>
        source.EachAsync("SELECT id, labels FROM samples.sample_series WHERE id > $1 ORDER BY id", SampleRows.Series, stop, after);

    public async Task<Labels?> FindSeriesAsync(long id, CancellationToken stop) =>
        await source.ScalarAsync("SELECT labels FROM samples.sample_series WHERE id = $1", stop, id) is byte[] blob ? LabelsBlob.Decode(blob) : null;

    public IAsyncEnumerable<MetricMetadata> ReadMetadataAsync(CancellationToken stop) =>
        source.EachAsync("SELECT name, kind, help, unit FROM samples.sample_metric", SampleRows.Metadata, stop);

    // The recursion finds the processes by steps through the key, not by reading every record.
    public IAsyncEnumerable<WalRecord> ReadWalAsync(IReadOnlyDictionary<long, long> applied, CancellationToken stop) => source.EachAsync("""
        WITH RECURSIVE p (process) AS (
            SELECT min(process) FROM samples.sample_wal
            UNION ALL SELECT (SELECT min(process) FROM samples.sample_wal WHERE process > p.process) FROM p WHERE p.process IS NOT NULL),
        a AS (SELECT * FROM unnest($1, $2) AS a (process, sequence))
        SELECT w.process, w.sequence, w.max_at, w.data
        FROM p LEFT JOIN a USING (process) JOIN samples.sample_wal w ON w.process = p.process AND w.sequence > coalesce(a.sequence, 0)
        WHERE p.process IS NOT NULL ORDER BY w.id
        """, SampleRows.Wal, stop, applied.Keys.ToArray(), applied.Values.ToArray());

    public async Task<long[]> AddSeriesAsync(IReadOnlyList<Labels> labels, CancellationToken stop)
    {
        // In one order everywhere: two replicas that add the same series must not wait for each other.
        var rows = labels.Select(LabelsBlob.Encode).Select(blob => (Identity: LabelsBlob.Identity(blob), Blob: blob)).ToList();
        var order = rows.OrderBy(row => Convert.ToHexString(row.Identity), StringComparer.Ordinal).ToList();
        await source.ExecuteAsync("INSERT INTO samples.sample_series (identity, labels) SELECT * FROM unnest($1, $2) ON CONFLICT (identity) DO NOTHING", stop,
            order.Select(row => row.Identity).ToArray(), order.Select(row => row.Blob).ToArray());
        var ids = new Dictionary<string, long>(rows.Count);
        await foreach (var (identity, id) in source.EachAsync("SELECT identity, id FROM samples.sample_series WHERE identity = ANY ($1)",
            reader => (reader.GetFieldValue<byte[]>(0), reader.GetInt64(1)), stop, (object)rows.Select(row => row.Identity).ToArray()))
            ids[Convert.ToHexString(identity)] = id;
        return [.. rows.Select(row => ids[Convert.ToHexString(row.Identity)])];
    }

    public Task CommitAsync(StoreCommit commit, CancellationToken stop) =>
        commit.Sealed is not null || commit.Rolled is not null || commit.Replaced.Count + commit.Settled.Count > 0 || commit.Chunks.Any(chunk => chunk.Seal > 0 || chunk.Tier != Tier.Raw)
            ? Leader.WriteAsync(commit.Durable, connection => WriteAsync(connection, commit, stop), stop)
            : source.WriteAsync(commit.Durable, connection => WriteAsync(connection, commit, stop), stop);

    NpgsqlConnection Leader => leader ?? throw new IOException("Another replica seals the samples.");

    async Task WriteAsync(NpgsqlConnection connection, StoreCommit commit, CancellationToken stop)
    {
        foreach (var metric in commit.Metadata)
        {
            await connection.ExecuteAsync("""
                INSERT INTO samples.sample_metric VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, help = excluded.help, unit = excluded.unit
                """, stop, metric.Metric, (int)metric.Kind, metric.Help, metric.Unit);
        }
        foreach (var wal in commit.Wal)
            await connection.ExecuteAsync("INSERT INTO samples.sample_wal (process, sequence, max_at, data) VALUES ($1, $2, $3, $4)", stop, wal.Process, wal.Sequence, wal.MaxAt, wal.Data);
        await CopyChunksAsync(connection, commit.Chunks, stop);
        await ReplaceAsync(connection, commit, stop);
        if (commit.Dirty.Count > 0)
        {
            await connection.ExecuteAsync("INSERT INTO samples.sample_dirty SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING", stop,
                commit.Dirty.Select(dirty => dirty.Series).ToArray(), commit.Dirty.Select(dirty => dirty.Hour).ToArray());
        }
        if (commit.Cleaned.Count > 0)
        {
            await connection.ExecuteAsync("DELETE FROM samples.sample_dirty d USING unnest($1, $2) AS c (series, hour) WHERE d.series = c.series AND d.hour = c.hour", stop,
                commit.Cleaned.Select(cleaned => cleaned.Series).ToArray(), commit.Cleaned.Select(cleaned => cleaned.Hour).ToArray());
        }
        if (commit.Rolled is { } rolled)
            await connection.ExecuteAsync("UPDATE samples.sample_state SET value = $1 WHERE name = 'rolled'", stop, rolled);
        if (commit.Sealed is { } state)
            await CompleteSealAsync(connection, state, commit.TrimWal, stop);
    }

    static async Task ReplaceAsync(NpgsqlConnection connection, StoreCommit commit, CancellationToken stop)
    {
        if (commit.Settled.Count > 0)
            await connection.ExecuteAsync("UPDATE samples.sample_chunk SET seal = (SELECT value FROM samples.sample_state WHERE name = 'seal') WHERE id = ANY ($1) AND seal = 0", stop, commit.Settled.ToArray());
        if (commit.Replaced.Count == 0)
            return;
        if (await connection.ExecuteAsync("DELETE FROM samples.sample_chunk WHERE id = ANY ($1)", stop, commit.Replaced.ToArray()) != commit.Replaced.Count)
            throw new IOException("Chunks that were to be replaced have changed meanwhile.");
    }

    static async Task CopyChunksAsync(NpgsqlConnection connection, IReadOnlyCollection<StoredChunk> chunks, CancellationToken stop)
    {
        if (chunks.Count == 0)
            return;
        // An aggregate is replaced when it is computed anew; raw chunks only ever come on top.
        foreach (var chunk in chunks.Where(chunk => chunk.Tier != Tier.Raw))
        {
            await connection.ExecuteAsync("DELETE FROM samples.sample_chunk WHERE series = $1 AND tier = $2 AND max_at >= $3 AND min_at <= $4", stop,
                chunk.Series, (short)chunk.Tier, chunk.WindowStart, chunk.WindowEnd);
        }
        await using var copy = await connection.BeginBinaryImportAsync("COPY samples.sample_chunk (series, tier, min_at, max_at, count, seal, data) FROM STDIN (FORMAT BINARY)", stop);
        foreach (var chunk in chunks)
        {
            await copy.StartRowAsync(stop);
            await copy.WriteAsync(chunk.Series, NpgsqlDbType.Bigint, stop);
            await copy.WriteAsync((short)chunk.Tier, NpgsqlDbType.Smallint, stop);
            await copy.WriteAsync(chunk.MinAt, NpgsqlDbType.Bigint, stop);
            await copy.WriteAsync(chunk.MaxAt, NpgsqlDbType.Bigint, stop);
            await copy.WriteAsync(chunk.Count, NpgsqlDbType.Integer, stop);
            await copy.WriteAsync(chunk.Seal, NpgsqlDbType.Bigint, stop);
            await copy.WriteAsync(chunk.Data, NpgsqlDbType.Bytea, stop);
        }
        await copy.CompleteAsync(stop);
    }

    static async Task CompleteSealAsync(NpgsqlConnection connection, SealState state, IReadOnlyDictionary<long, long> trim, CancellationToken stop)
    {
        await connection.ExecuteAsync("UPDATE samples.sample_state SET value = CASE name WHEN 'cut' THEN $1 ELSE $2 END WHERE name IN ('cut', 'seal')", stop, state.Cut, state.Seal);
        await connection.ExecuteAsync("UPDATE samples.sample_state SET value = (SELECT coalesce(max(id), 0) FROM samples.sample_chunk) WHERE name = 'sealed_id'", stop);
        await connection.ExecuteAsync("DELETE FROM samples.sample_wal w USING unnest($1, $2) AS t (process, sequence) WHERE w.process = t.process AND w.sequence <= t.sequence AND w.max_at <= $3", stop,
            trim.Keys.ToArray(), trim.Values.ToArray(), state.Cut);
    }

    public Task AbandonSealAsync(CancellationToken stop) => Leader.ExecuteAsync("""
        DELETE FROM samples.sample_chunk WHERE id > (SELECT value FROM samples.sample_state WHERE name = 'sealed_id')
            AND seal > (SELECT value FROM samples.sample_state WHERE name = 'seal')
        """, stop);

    public IAsyncEnumerable<StoredChunk> ReadChunksAsync(IReadOnlyList<long> series, Tier tier, long from, long to, CancellationToken stop) => series.Count == 0 ? AsyncEnumerable.Empty<StoredChunk>() : source.EachAsync("""
        SELECT series, min_at, max_at, count, seal, data FROM samples.sample_chunk
        WHERE series = ANY ($1) AND tier = $2 AND max_at >= $3 AND min_at <= $4 ORDER BY series, min_at, id
        """, reader => SampleRows.Chunk(reader, reader.GetInt64(0), tier), stop, series.ToArray(), (short)tier, from, to);

    public async Task<HashSet<long>> SeriesWithChunksAsync(IReadOnlyList<long> series, long from, long to, CancellationToken stop) => series.Count == 0 ? [] : [.. await source.ReadAsync(
        "SELECT DISTINCT series FROM samples.sample_chunk WHERE series = ANY ($1) AND max_at >= $2 AND min_at <= $3", reader => reader.GetInt64(0), stop, series.ToArray(), from, to)];

    public async Task<long?> FirstSampleAsync(CancellationToken stop) => await source.ScalarAsync("SELECT min_at FROM samples.sample_chunk WHERE tier = 0 ORDER BY max_at LIMIT 1", stop) as long?;

    public Task<List<long>> SeriesInSpanAsync(long from, long to, CancellationToken stop) =>
        source.ReadAsync("SELECT DISTINCT series FROM samples.sample_chunk WHERE tier = 0 AND max_at >= $1 AND min_at < $2 ORDER BY series", reader => reader.GetInt64(0), stop, from, to);

    public Task<List<(long Series, long Hour)>> ReadDirtyAsync(long before, int limit, CancellationToken stop) =>
        source.ReadAsync("SELECT series, hour FROM samples.sample_dirty WHERE hour < $1 ORDER BY series, hour LIMIT $2", SampleRows.Pair, stop, before, limit);

    public Task<List<(long Series, long MinAt)>> ReadLateChunksAsync(long afterSeries, long afterMinAt, int limit, CancellationToken stop) => source.ReadAsync(
        "SELECT series, min_at FROM samples.sample_chunk WHERE tier = 0 AND seal = 0 AND (series, min_at) > ($1, $2) ORDER BY series, min_at LIMIT $3", SampleRows.Pair, stop, afterSeries, afterMinAt, limit);

    public Task<List<(long Id, StoredChunk Chunk)>> ReadRawChunksAsync(long series, long from, long to, CancellationToken stop) => source.ReadAsync("""
        SELECT id, min_at, max_at, count, seal, data FROM samples.sample_chunk
        WHERE series = $1 AND tier = 0 AND max_at >= $2 AND min_at <= $3 ORDER BY min_at, id
        """, reader => (reader.GetInt64(0), SampleRows.Chunk(reader, series, Tier.Raw)), stop, series, from, to);

    public Task<int> PurgeAsync(Tier tier, long before, int limit, CancellationToken stop) =>
        source.ExecuteAsync("DELETE FROM samples.sample_chunk WHERE id IN (SELECT id FROM samples.sample_chunk WHERE tier = $1 AND max_at < $2 LIMIT $3)", stop, (short)tier, before, limit);

    public async ValueTask DisposeAsync()
    {
        if (leader is not null)
            await leader.DisposeAsync();
        await source.DisposeAsync();
    }

    static async Task<bool> IsAliveAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        if (connection.State != ConnectionState.Open)
            return false;
        try
        {
            await connection.ExecuteAsync("SELECT 1", stop);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
