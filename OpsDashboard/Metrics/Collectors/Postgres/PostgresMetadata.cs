namespace OpsDashboard.Metrics.Collectors.Postgres;

static class PostgresMetadata
{
    static readonly (string Metric, MetricKind Kind, string Help)[] Known =
    [
        ("postgres_readiness", MetricKind.StateSet, "1 for the state that holds: accepting, rejecting, no_response, as pg_isready tells them apart."),
        ("postgres_connections", MetricKind.Gauge, "Client sessions by state."),
        ("postgres_max_connections", MetricKind.Gauge, "The server's max_connections."),
        ("postgres_connection_usage_ratio", MetricKind.Gauge, "Client sessions over max_connections."),
        ("postgres_cache_hit_ratio", MetricKind.Gauge, "Blocks found in shared buffers, last five minutes."),
        ("postgres_index_hit_ratio", MetricKind.Gauge, "Index blocks found in shared buffers, last five minutes."),
        ("postgres_blocks_hit_total", MetricKind.Counter, "Blocks found in shared buffers."),
        ("postgres_blocks_read_total", MetricKind.Counter, "Blocks read from outside shared buffers."),
        ("postgres_index_blocks_hit_total", MetricKind.Counter, "Index blocks found in shared buffers."),
        ("postgres_index_blocks_read_total", MetricKind.Counter, "Index blocks read from outside shared buffers."),
        ("postgres_transactions_total", MetricKind.Counter, "Transactions by outcome."),
        ("postgres_deadlocks_total", MetricKind.Counter, "Deadlocks."),
        ("postgres_temp_bytes_total", MetricKind.Counter, "Bytes that queries spilled to temporary files."),
        ("postgres_database_size_bytes", MetricKind.Gauge, "Size of the database."),
        ("postgres_table_size_bytes", MetricKind.Gauge, "Size of the table with its indexes."),
        ("postgres_table_rows", MetricKind.Gauge, "Live rows, the server's estimate."),
        ("postgres_table_dead_rows", MetricKind.Gauge, "Dead rows, the server's estimate."),
        ("postgres_unused_indexes", MetricKind.Gauge, "Indexes never scanned since the statistics were reset, unique ones left out."),
        ("postgres_slow_queries", MetricKind.Gauge, "Statements whose mean is above the limit."),
        ("postgres_query_duration_seconds", MetricKind.Histogram, "Query durations from the growth of pg_stat_statements."),
        ("postgres_locks", MetricKind.Gauge, "Locks of the database by mode."),
        ("postgres_blocked_sessions", MetricKind.Gauge, "Sessions that wait for another's lock."),
        ("postgres_longest_block_seconds", MetricKind.Gauge, "How long the longest of them has waited."),
        ("postgres_longest_transaction_seconds", MetricKind.Gauge, "Age of the oldest open transaction."),
        ("postgres_replicas", MetricKind.Gauge, "Replicas connected."),
        ("postgres_in_recovery", MetricKind.Gauge, "1 on a standby."),
        ("postgres_replication_lag_seconds", MetricKind.Gauge, "How long ago what the replica shows was written."),
        ("postgres_replication_lag_bytes", MetricKind.Gauge, "Bytes of log that the replica has not replayed."),
        ("postgres_start_time_seconds", MetricKind.Gauge, "When the server started, seconds since 1970."),
        ("postgres_reading_success", MetricKind.Gauge, "0 where one part could not be read."),
    ];

    public static void Describe(CollectContext context)
    {
        foreach (var (metric, kind, help) in Known)
            context.Describe(metric, kind, help);
    }
}
