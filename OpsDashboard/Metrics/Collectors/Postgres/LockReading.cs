using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Locks, and who waits for whom.</summary>
public sealed class LockReading : IPostgresReading
{
    const string Modes = $"""
        SELECT {PostgresQuery.Marker} mode::text, count(*)::float8 FROM pg_locks
        WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid() GROUP BY 1
        """;

    // pg_blocking_pids holds the lock table for a moment, so it is asked only of sessions that wait for a lock.
    const string Blocked = $"""
        SELECT {PostgresQuery.Marker} waiting.pid, waiting.usename::text, left(waiting.query, 1000), extract(epoch FROM clock_timestamp() - coalesce(waiting.state_change, waiting.query_start))::float8,
               blocker.pid, blocker.usename::text, blocker.application_name, blocker.state, left(blocker.query, 1000), extract(epoch FROM clock_timestamp() - blocker.xact_start)::float8
        FROM (SELECT * FROM pg_stat_activity WHERE wait_event_type = 'Lock') waiting
        CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking(pid)
        LEFT JOIN pg_stat_activity blocker ON blocker.pid = blocking.pid
        ORDER BY 4 DESC NULLS LAST LIMIT 100
        """;

    public string Name => "locks";

    public bool IsDetail => false;

    public async Task ReadAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop)
    {
        foreach (var (mode, count) in await server.RowsAsync(Modes, row => (row.GetString(0), row.GetDouble(1)), stop))
            figures.Add("postgres_locks", count, ("mode", mode));
        var blocked = await server.RowsAsync(Blocked, row => new
        {
            Pid = row.GetInt32(0),
            User = row.Text(1),
            Statement = StatementText.Shown(row.Text(2)),
            Waiting = row.NumberOrZero(3),
            BlockerPid = row.IsDBNull(4) ? (int?)null : row.GetInt32(4),
            Blocker = string.Join(" · ", new[] { row.Text(5), row.Text(6), row.Text(7) }.Where(part => !string.IsNullOrEmpty(part))),
            BlockerStatement = StatementText.Shown(row.Text(8)),
            BlockerTransaction = row.Number(9),
        }, stop);
        figures.Add("postgres_blocked_sessions", blocked.Select(row => row.Pid).Distinct().Count());
        figures.Add("postgres_longest_block_seconds", blocked.Count == 0 ? 0 : blocked.Max(row => row.Waiting));
        figures.Keep("blocked sessions", new("Blocked sessions and who blocks them",
            [new("Session"), new("User"), new("Statement"), new("Waits", Unit.Seconds), new("Blocked by"), new("Who"), new("Its statement"), new("Its transaction", Unit.Seconds)],
            [.. blocked.Select(row => new object?[] { row.Pid, row.User, row.Statement, row.Waiting, row.BlockerPid, row.Blocker, row.BlockerStatement, row.BlockerTransaction })],
            blocked.Count == 0 ? "nobody waits for a lock" : null, figures.At));
    }
}
