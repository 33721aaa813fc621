using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Slow statements and the histogram of durations, where the extension pg_stat_statements is installed. Its columns were renamed in extension version 1.8 (PostgreSQL 13).</summary>
public sealed class StatementReading(TimeSpan slow) : IPostgresReading
{
    const string Extension = $"""
        SELECT {PostgresQuery.Marker} quote_ident(n.nspname), string_to_array(e.extversion, '.')::int[] >= ARRAY[1, 8]
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'
        """;

    readonly QueryDurations durations = new();

    public string Name => "statements";

    public bool IsDetail => true;

    public async Task ReadAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop)
    {
        var extension = await server.RowsAsync(Extension, row => new { Schema = row.GetString(0), Renamed = row.GetBoolean(1) }, stop);
        if (extension.Count == 0)
        {
            figures.Keep("slow queries", Table([], "the extension pg_stat_statements is not installed in this database", figures.At));
            return;
        }
        var view = $"{extension[0].Schema}.pg_stat_statements";
        var prefix = extension[0].Renamed ? "exec_" : "";
        await ReadSlowAsync(server, figures, view, $"total_{prefix}time", $"mean_{prefix}time", $"max_{prefix}time", stop);
        await ReadDurationsAsync(server, figures, view, $"total_{prefix}time", stop);
    }

    async Task ReadSlowAsync(PostgresQuery server, PostgresFigures figures, string view, string total, string mean, string max, CancellationToken stop)
    {
        var sql = $"""
            SELECT {PostgresQuery.Marker} left(query, 1000), calls::float8, {mean} / 1000, {total} / 1000, {max} / 1000, rows::float8, count(*) OVER ()
            FROM {view} WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND {mean} > $1 ORDER BY {mean} DESC LIMIT 50
            """;
        var statements = await server.RowsAsync(sql, row => new
        {
            Cells = new object?[] { StatementText.Shown(row.Text(0)), row.GetDouble(1), row.GetDouble(2), row.GetDouble(3), row.GetDouble(4), row.GetDouble(5) },
            Total = row.GetInt64(6),
        }, stop, slow.TotalMilliseconds);
        var count = statements.Count == 0 ? 0 : statements[0].Total;
        figures.Add("postgres_slow_queries", count);
        figures.Keep("slow queries", Table([.. statements.Select(statement => statement.Cells)],
            count == 0 ? $"no statement takes longer than {slow.TotalMilliseconds:0} ms on average" : count > statements.Count ? $"the slowest {statements.Count} of {count}" : null, figures.At));
    }

    // Statements of our own carry a mark in their text and do not count: on a quiet server they would be most of what it does.
    async Task ReadDurationsAsync(PostgresQuery server, PostgresFigures figures, string view, string total, CancellationToken stop)
    {
        var sql = $"""
            SELECT {PostgresQuery.Marker} queryid, sum(calls)::float8, sum({total})::float8 / 1000
            FROM {view}(false) WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND queryid IS NOT NULL
            AND queryid NOT IN (SELECT queryid FROM {view} WHERE queryid IS NOT NULL AND query LIKE '%{PostgresQuery.Marker}%')
            GROUP BY queryid
            """;
        durations.Read(await server.RowsAsync(sql, row => new StatementTotals(row.GetInt64(0), row.GetDouble(1), row.GetDouble(2)), stop));
        foreach (var (bound, calls) in durations.Cumulative())
            figures.Add("postgres_query_duration_seconds_bucket", calls, ("le", bound));
        figures.Add("postgres_query_duration_seconds_sum", durations.Sum);
        figures.Add("postgres_query_duration_seconds_count", durations.Count);
    }

    static CollectedTable Table(IReadOnlyList<object?[]> rows, string? note, long at) => new("Slow queries",
        [new("Statement"), new("Calls", Unit.Count), new("Mean", Unit.Seconds), new("Total", Unit.Seconds), new("Longest", Unit.Seconds), new("Rows", Unit.Count)], rows, note, at);
}
