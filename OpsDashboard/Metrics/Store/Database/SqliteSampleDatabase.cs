using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using OpsDashboard.Metrics.Store.Blobs;
using OpsDashboard.Storage;

namespace OpsDashboard.Metrics.Store.Database;

/// <summary>The store's tables in a file of their own, which one process has to itself.</summary>
sealed class SqliteSampleDatabase(string path) : ISampleDatabase
{
    const int SchemaVersion = 1;

    static readonly string Schema = string.Create(CultureInfo.InvariantCulture, $"""
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
        INSERT OR IGNORE INTO sample_state VALUES ('cut', {long.MinValue}), ('seal', 0), ('sealed_id', 0), ('rolled', {long.MinValue});
        """);

    readonly SqliteFile file = new(path);

    public bool IsShared => false;

    public Task OpenAsync(CancellationToken stop) => file.OpenAsync(Schema, "sample_state", SchemaVersion, stop);

    /// <summary>The file has one process.</summary>
    public Task<bool> TryLeadAsync(CancellationToken stop) => Task.FromResult(true);

    public Task AbandonSealAsync(CancellationToken stop) => file.ExecuteAsync("""
        DELETE FROM sample_chunk WHERE id > (SELECT value FROM sample_state WHERE name = 'sealed_id')
            AND seal > (SELECT value FROM sample_state WHERE name = 'seal')
        """, stop);

    public async Task<SealState> ReadStateAsync(CancellationToken stop)
    {
        var state = (await file.ReadAsync("SELECT name, value FROM sample_state", reader => (Name: reader.GetString(0), Value: reader.GetInt64(1)), stop)).ToDictionary(row => row.Name, row => row.Value);
        return new(state["cut"], state["seal"], state["rolled"]);
    }

    public IAsyncEnumerable<StoredSeries> ReadSeriesAsync(long after, CancellationToken stop) =>
        file.EachAsync("SELECT id, labels FROM sample_series WHERE id > $after ORDER BY id", SampleRows.Series, stop, ("$after", after));

    public async Task<Labels?> FindSeriesAsync(long id, CancellationToken stop) =>
        await file.ReadAsync("SELECT labels FROM sample_series WHERE id = $id", reader => LabelsBlob.Decode(reader.GetFieldValue<byte[]>(0)), stop, ("$id", id)) is [var labels] ? labels : null;

    public IAsyncEnumerable<MetricMetadata> ReadMetadataAsync(CancellationToken stop) => file.EachAsync("SELECT name, kind, help, unit FROM sample_metric", SampleRows.Metadata, stop);

    public async IAsyncEnumerable<WalRecord> ReadWalAsync(IReadOnlyDictionary<long, long> applied, [EnumeratorCancellation] CancellationToken stop)
    {
        // In the order of writing, so that of two values at one time the first wins again.
        await foreach (var record in file.EachAsync("SELECT process, sequence, max_at, data FROM sample_wal ORDER BY rowid", SampleRows.Wal, stop))
        {
            if (record.Sequence > applied.GetValueOrDefault(record.Process))
                yield return record;
        }
    }

    public async Task<long[]> AddSeriesAsync(IReadOnlyList<Labels> labels, CancellationToken stop)
    {
        var ids = new long[labels.Count];
        await file.WriteAsync(isDurable: false, async _ =>
        {
            await using var add = SqliteFile.Command(file.Writer, "INSERT INTO sample_series (identity, labels) VALUES ($identity, $labels) ON CONFLICT (identity) DO UPDATE SET labels = excluded.labels RETURNING id",
                ("$identity", null), ("$labels", null));
            for (var i = 0; i < ids.Length; i++)
            {
                var blob = LabelsBlob.Encode(labels[i]);
                add.Parameters[0].Value = LabelsBlob.Identity(blob);
                add.Parameters[1].Value = blob;
                ids[i] = (long)(await add.ExecuteScalarAsync(stop))!;
            }
        }, stop);
        return ids;
    }

    public Task CommitAsync(StoreCommit commit, CancellationToken stop) => file.WriteAsync(commit.Durable, async _ =>
    {
        await InsertAsync(commit, stop);
        if (commit.Sealed is { } state)
            await CompleteSealAsync(state, commit.TrimWal, stop);
    }, stop);

    async Task InsertAsync(StoreCommit commit, CancellationToken stop)
    {
        await file.ExecuteAsync("INSERT INTO sample_metric VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, help = excluded.help, unit = excluded.unit",
            commit.Metadata, 4, metric => [metric.Metric, (int)metric.Kind, metric.Help, metric.Unit], stop);
        await file.ExecuteAsync("INSERT INTO sample_wal VALUES ($1, $2, $3, $4)", commit.Wal, 4, wal => [wal.Process, wal.Sequence, wal.MaxAt, wal.Data], stop);
        // An aggregate is replaced when it is computed anew; raw chunks only ever come on top.
        await file.ExecuteAsync("DELETE FROM sample_chunk WHERE series = $1 AND tier = $2 AND max_at >= $3 AND min_at <= $4",
            commit.Chunks.Where(chunk => chunk.Tier != Tier.Raw), 4, chunk => [chunk.Series, (int)chunk.Tier, chunk.WindowStart, chunk.WindowEnd], stop);
        await file.ExecuteAsync("INSERT INTO sample_chunk (series, tier, min_at, max_at, count, seal, data) VALUES ($1, $2, $3, $4, $5, $6, $7)", commit.Chunks, 7,
            chunk => [chunk.Series, (int)chunk.Tier, chunk.MinAt, chunk.MaxAt, chunk.Count, chunk.Seal, chunk.Data], stop);
        await file.ExecuteAsync("UPDATE sample_chunk SET seal = (SELECT value FROM sample_state WHERE name = 'seal') WHERE id = $1 AND seal = 0", commit.Settled, 1, id => [id], stop);
        if (await file.ExecuteAsync("DELETE FROM sample_chunk WHERE id = $1", commit.Replaced, 1, id => [id], stop) != commit.Replaced.Count)
            throw new IOException("Chunks that were to be replaced have changed meanwhile.");
        await file.ExecuteAsync("INSERT OR IGNORE INTO sample_dirty VALUES ($1, $2)", commit.Dirty, 2, dirty => [dirty.Series, dirty.Hour], stop);
        await file.ExecuteAsync("DELETE FROM sample_dirty WHERE series = $1 AND hour = $2", commit.Cleaned, 2, cleaned => [cleaned.Series, cleaned.Hour], stop);
        if (commit.Rolled is { } rolled)
            await file.ExecuteAsync("UPDATE sample_state SET value = $1 WHERE name = 'rolled'", [rolled], 1, value => [value], stop);
    }

    async Task CompleteSealAsync(SealState state, IReadOnlyDictionary<long, long> trim, CancellationToken stop)
    {
        await file.ExecuteAsync("UPDATE sample_state SET value = $2 WHERE name = $1", [("cut", state.Cut), ("seal", state.Seal)], 2, pair => [pair.Item1, pair.Item2], stop);
        await file.ExecuteAsync("UPDATE sample_state SET value = (SELECT coalesce(max(id), 0) FROM sample_chunk) WHERE name = 'sealed_id'", stop);
        await file.ExecuteAsync("DELETE FROM sample_wal WHERE process = $1 AND sequence <= $2 AND max_at <= $3", trim, 3, pair => [pair.Key, pair.Value, state.Cut], stop);
    }

    public async IAsyncEnumerable<StoredChunk> ReadChunksAsync(IReadOnlyList<long> series, Tier tier, long from, long to, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var connection = await file.ConnectAsync(stop);
        await using var command = SqliteFile.Command(connection, """
            SELECT series, min_at, max_at, count, seal, data FROM sample_chunk
            WHERE series = $series AND tier = $tier AND max_at >= $from AND min_at <= $to ORDER BY min_at, id
            """, ("$series", null), ("$tier", (int)tier), ("$from", from), ("$to", to));
        foreach (var id in series)
        {
            command.Parameters[0].Value = id;
            await using var reader = await command.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop))
                yield return SampleRows.Chunk(reader, id, tier);
        }
    }

    public async Task<HashSet<long>> SeriesWithChunksAsync(IReadOnlyList<long> series, long from, long to, CancellationToken stop)
    {
        await using var connection = await file.ConnectAsync(stop);
        await using var command = SqliteFile.Command(connection, "SELECT EXISTS (SELECT 1 FROM sample_chunk WHERE series = $series AND tier = $tier AND max_at >= $from AND min_at <= $to)",
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

    public async Task<long?> FirstSampleAsync(CancellationToken stop) =>
        await file.ReadAsync("SELECT min_at FROM sample_chunk WHERE tier = 0 ORDER BY max_at LIMIT 1", reader => reader.GetInt64(0), stop) is [var first] ? first : null;

    public Task<List<long>> SeriesInSpanAsync(long from, long to, CancellationToken stop) =>
        file.ReadAsync("SELECT DISTINCT series FROM sample_chunk WHERE tier = 0 AND max_at >= $from AND min_at < $to ORDER BY series", reader => reader.GetInt64(0), stop, ("$from", from), ("$to", to));

    public Task<List<(long Series, long Hour)>> ReadDirtyAsync(long before, int limit, CancellationToken stop) =>
        file.ReadAsync("SELECT series, hour FROM sample_dirty WHERE hour < $before ORDER BY series, hour LIMIT $limit", SampleRows.Pair, stop, ("$before", before), ("$limit", limit));

    public Task<List<(long Series, long MinAt)>> ReadLateChunksAsync(long afterSeries, long afterMinAt, int limit, CancellationToken stop) =>
        file.ReadAsync("SELECT series, min_at FROM sample_chunk WHERE tier = 0 AND seal = 0 AND (series, min_at) > ($series, $at) ORDER BY series, min_at LIMIT $limit",
            SampleRows.Pair, stop, ("$series", afterSeries), ("$at", afterMinAt), ("$limit", limit));

    public Task<List<(long Id, StoredChunk Chunk)>> ReadRawChunksAsync(long series, long from, long to, CancellationToken stop) => file.ReadAsync("""
        SELECT id, min_at, max_at, count, seal, data FROM sample_chunk
        WHERE series = $series AND tier = 0 AND max_at >= $from AND min_at <= $to ORDER BY min_at, id
        """, reader => (reader.GetInt64(0), SampleRows.Chunk(reader, series, Tier.Raw)), stop, ("$series", series), ("$from", from), ("$to", to));

    public async Task<int> PurgeAsync(Tier tier, long before, int limit, CancellationToken stop)
    {
        var purged = await file.ExecuteAsync("DELETE FROM sample_chunk WHERE id IN (SELECT id FROM sample_chunk WHERE tier = $tier AND max_at < $before LIMIT $limit)", stop,
            ("$tier", (int)tier), ("$before", before), ("$limit", limit));
        if (purged > 0)
            await file.ExecuteAsync("PRAGMA incremental_vacuum(4096)", stop);
        return purged;
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
