using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Sizes of databases, of the largest tables with their indexes, and indexes that nothing uses.</summary>
public sealed class SizeReading(int topTables) : IPostgresReading
{
    const string Databases = $"""
        SELECT {PostgresQuery.Marker} datname::text, pg_database_size(oid)::float8
        FROM pg_database WHERE NOT datistemplate AND has_database_privilege(oid, 'CONNECT') LIMIT 100
        """;

    // The size is computed only for the tables that the catalogue's page counts say are largest: it walks files and takes a share lock.
    const string Tables = $"""
        SELECT {PostgresQuery.Marker} s.schemaname::text, s.relname::text, pg_total_relation_size(s.relid)::float8, s.n_live_tup::float8, s.n_dead_tup::float8, s.seq_scan::float8, s.idx_scan::float8
        FROM pg_stat_user_tables s JOIN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'm') ORDER BY relpages DESC LIMIT 1000) largest ON largest.oid = s.relid
        ORDER BY 3 DESC LIMIT $1
        """;

    // Unique indexes enforce something even when nothing reads them.
    const string Indexes = $"""
        SELECT {PostgresQuery.Marker} s.schemaname::text, s.relname::text, s.indexrelname::text, s.idx_scan::float8, pg_relation_size(s.indexrelid)::float8,
               s.idx_scan = 0 AND NOT i.indisunique, count(*) FILTER (WHERE s.idx_scan = 0 AND NOT i.indisunique) OVER ()
        FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid ORDER BY 6 DESC, 5 DESC LIMIT 100
        """;

    public string Name => "sizes";

    public bool IsDetail => true;

    public async Task ReadAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop)
    {
        foreach (var (name, bytes) in await server.RowsAsync(Databases, row => (row.GetString(0), row.GetDouble(1)), stop))
            figures.Add("postgres_database_size_bytes", bytes, ("database", name));
        await ReadTablesAsync(server, figures, stop);
        await ReadIndexesAsync(server, figures, stop);
    }

    async Task ReadTablesAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop)
    {
        var tables = await server.RowsAsync(Tables, row => new { Schema = row.GetString(0), Name = row.GetString(1), Bytes = row.NumberOrZero(2), Rows = row.NumberOrZero(3), Dead = row.NumberOrZero(4), Scans = row.Number(5), IndexScans = row.Number(6) }, stop, topTables);
        foreach (var table in tables)
        {
            (string, string)[] labels = [("schema", table.Schema), ("table", table.Name)];
            figures.Add("postgres_table_size_bytes", table.Bytes, labels);
            figures.Add("postgres_table_rows", table.Rows, labels);
            figures.Add("postgres_table_dead_rows", table.Dead, labels);
        }
        figures.Keep("tables", new("Largest tables",
            [new("Schema"), new("Table"), new("Size with indexes", Unit.Bytes), new("Rows (estimate)", Unit.Count), new("Dead rows", Unit.Count), new("Full scans", Unit.Count), new("Index scans", Unit.Count)],
            [.. tables.Select(table => new object?[] { table.Schema, table.Name, table.Bytes, table.Rows, table.Dead, table.Scans, table.IndexScans })],
            tables.Count == 0 ? "no tables" : null, figures.At));
    }

    static async Task ReadIndexesAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop)
    {
        var indexes = await server.RowsAsync(Indexes, row => new { Schema = row.GetString(0), Table = row.GetString(1), Name = row.GetString(2), Scans = row.NumberOrZero(3), Bytes = row.NumberOrZero(4), Unused = row.GetBoolean(5), UnusedCount = row.GetInt64(6) }, stop);
        figures.Add("postgres_unused_indexes", indexes.Count == 0 ? 0 : indexes[0].UnusedCount);
        figures.Keep("indexes", new("Indexes, unused first",
            [new("Schema"), new("Table"), new("Index"), new("Scans", Unit.Count), new("Size", Unit.Bytes), new("Unused")],
            [.. indexes.Select(index => new object?[] { index.Schema, index.Table, index.Name, index.Scans, index.Bytes, index.Unused })],
            indexes.Count == 0 ? "no indexes" : null, figures.At));
    }
}
