using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Lag of every replica in bytes and seconds on a primary, of the server itself on a standby; no replicas is said, not left out.</summary>
public sealed class ReplicationReading : IPostgresReading
{
    // replay_lag is null when the replica has caught up and nothing is written; with 0 bytes behind that is no lag.
    const string Replicas = $"""
        SELECT {PostgresQuery.Marker} coalesce(nullif(application_name, ''), host(client_addr), pid::text), host(client_addr), state, sync_state,
               pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, replay_lsn)::float8,
               extract(epoch FROM replay_lag)::float8
        FROM pg_stat_replication ORDER BY 1
        """;

    const string Self = $"""
        SELECT {PostgresQuery.Marker} pg_is_in_recovery(), pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8,
               extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8
        """;

    public string Name => "replication";

    public bool IsDetail => false;

    public async Task ReadAsync(PostgresQuery server, PostgresFigures figures, CancellationToken stop)
    {
        var replicas = await server.RowsAsync(Replicas, row => new { Name = row.GetString(0), From = row.Text(1), State = row.Text(2), Sync = row.Text(3), Bytes = row.Number(4), Seconds = row.Number(5) }, stop);
        figures.Add("postgres_replicas", replicas.Count);
        foreach (var replica in replicas)
            AddLag(figures, replica.Name, replica.Bytes, replica.Seconds);
        var self = await server.RowAsync(Self, row => new { InRecovery = row.GetBoolean(0), Bytes = row.Number(1), Seconds = row.Number(2) }, stop);
        if (self.InRecovery)
            AddLag(figures, "self", self.Bytes, self.Bytes is 0 ? 0 : self.Seconds);
        var hidden = replicas.Any(replica => replica.Bytes is null) ? "lag is hidden from this user: grant pg_monitor" : null;
        figures.Keep("replicas", new("Replicas",
            [new("Replica"), new("From"), new("State"), new("Mode"), new("Behind", Unit.Bytes), new("Behind", Unit.Seconds)],
            [.. replicas.Select(replica => new object?[] { replica.Name, replica.From, replica.State, replica.Sync, replica.Bytes, Seconds(replica.Bytes, replica.Seconds) })],
            replicas.Count == 0 ? "no replicas" : hidden, figures.At));
    }

    static void AddLag(PostgresFigures figures, string replica, double? bytes, double? seconds)
    {
        if (bytes is { } behind)
            figures.Add("postgres_replication_lag_bytes", Math.Max(0, behind), ("replica", replica));
        if (Seconds(bytes, seconds) is { } lag)
            figures.Add("postgres_replication_lag_seconds", Math.Max(0, lag), ("replica", replica));
    }

    static double? Seconds(double? bytes, double? seconds) => seconds ?? (bytes is <= 0 ? 0 : null);
}
