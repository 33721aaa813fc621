namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Blocks found in memory, transactions and deadlocks of the database. The ratios look at the last five minutes: since the last reset would hide a bad hour.</summary>
public sealed class HitRatioReading : IPostgresReading
{
    const string Database = $"""
        SELECT {PostgresQuery.Marker} blks_hit::float8, blks_read::float8, xact_commit::float8, xact_rollback::float8, deadlocks::float8, temp_bytes::float8
        FROM pg_stat_database WHERE datname = current_database()
        """;

    const string Indexes = $"""
        SELECT {PostgresQuery.Marker} coalesce(sum(idx_blks_hit), 0)::float8, coalesce(sum(idx_blks_read), 0)::float8 FROM pg_statio_user_indexes
        """;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    readonly WindowedRatio cache = new(Window);
    readonly WindowedRatio index = new(Window);

    public string Name => "hit ratios";

    public bool IsDetail => false;

    public async Task ReadAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop)
    {
        var database = await server.RowAsync(Database, row => Enumerable.Range(0, row.FieldCount).Select(row.NumberOrZero).ToArray(), stop);
        figures.Add("postgres_blocks_hit_total", database[0]);
        figures.Add("postgres_blocks_read_total", database[1]);
        figures.Add("postgres_transactions_total", database[2], ("outcome", "commit"));
        figures.Add("postgres_transactions_total", database[3], ("outcome", "rollback"));
        figures.Add("postgres_deadlocks_total", database[4]);
        figures.Add("postgres_temp_bytes_total", database[5]);
        if (cache.Next(figures.At, database[0], database[1]) is { } cacheRatio)
            figures.Add("postgres_cache_hit_ratio", cacheRatio);

        var (hit, read) = await server.RowAsync(Indexes, row => (row.GetDouble(0), row.GetDouble(1)), stop);
        figures.Add("postgres_index_blocks_hit_total", hit);
        figures.Add("postgres_index_blocks_read_total", read);
        if (index.Next(figures.At, hit, read) is { } indexRatio)
            figures.Add("postgres_index_hit_ratio", indexRatio);
    }
}
