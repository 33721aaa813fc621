namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Client sessions by state against max_connections, and what the server says of itself.</summary>
public sealed class ConnectionReading : IPostgresReading
{
    const string ByState = $"""
        SELECT {PostgresQuery.Marker} coalesce(state, 'hidden'), count(*)::float8 FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1
        """;

    const string Server = $"""
        SELECT {PostgresQuery.Marker} current_setting('max_connections')::float8, extract(epoch FROM pg_postmaster_start_time())::float8, pg_is_in_recovery()
        """;

    static readonly string[] States = ["active", "idle", "idle in transaction", "idle in transaction (aborted)"];

    public string Name => "connections";

    public bool IsDetail => false;

    public async Task ReadAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop)
    {
        var counts = await server.RowsAsync(ByState, row => (State: row.GetString(0), Count: row.GetDouble(1)), stop);
        foreach (var state in States.Union(counts.Select(count => count.State)))
            figures.Add("postgres_connections", counts.FirstOrDefault(count => count.State == state).Count, ("state", state));
        var (max, startedAt, inRecovery) = await server.RowAsync(Server, row => (row.GetDouble(0), row.GetDouble(1), row.GetBoolean(2)), stop);
        figures.Add("postgres_max_connections", max);
        figures.Add("postgres_connection_usage_ratio", counts.Sum(count => count.Count) / max);
        figures.Add("postgres_start_time_seconds", startedAt);
        figures.Add("postgres_in_recovery", inRecovery ? 1 : 0);
        figures.Add("postgres_version_info", 1, ("version", server.FullVersion));
    }
}
