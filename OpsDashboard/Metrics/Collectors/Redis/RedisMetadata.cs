namespace OpsDashboard.Metrics.Collectors.Redis;

static class RedisMetadata
{
    public static readonly (string Metric, string Key)[] FromInfo =
    [
        ("redis_commands_total", "total_commands_processed"),
        ("redis_evicted_keys_total", "evicted_keys"),
        ("redis_expired_keys_total", "expired_keys"),
        ("redis_rejected_connections_total", "rejected_connections"),
        ("redis_used_memory_bytes", "used_memory"),
        ("redis_max_memory_bytes", "maxmemory"),
        ("redis_connected_clients", "connected_clients"),
        ("redis_max_clients", "maxclients"),
        ("redis_blocked_clients", "blocked_clients"),
        ("redis_connected_replicas", "connected_slaves"),
    ];

    static readonly (string Metric, string Help)[] Gauges =
    [
        ("redis_hit_ratio", "Hits over look-ups in the window; absent without look-ups."),
        ("redis_database_keys", "Keys of the database."),
        ("redis_keys", "Keys that match the pattern, counted with SCAN."),
        ("redis_keys_complete", "0 while the first pass is under way: redis_keys is then a lower bound."),
        ("redis_start_time_seconds", "When the server started, seconds since 1970."),
    ];

    public static void Describe(CollectContext context)
    {
        foreach (var (metric, key) in FromInfo)
            context.Describe(metric, metric.EndsWith("_total", StringComparison.Ordinal) ? MetricKind.Counter : MetricKind.Gauge, $"INFO's {key}.");
        context.Describe("redis_keyspace_hits_total", MetricKind.Counter, "Look-ups that found their key, our own left out.");
        context.Describe("redis_keyspace_misses_total", MetricKind.Counter, "Look-ups that found none, our own left out.");
        foreach (var (metric, help) in Gauges)
            context.Describe(metric, MetricKind.Gauge, help);
    }
}
