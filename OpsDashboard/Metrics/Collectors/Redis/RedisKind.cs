using OpsDashboard.Catalogue;
using OpsDashboard.Http;

namespace OpsDashboard.Metrics.Collectors.Redis;

/// <summary>Collects from Redis: INFO, and keys by SCAN.</summary>
public sealed class RedisKind(TimeProvider clock, Outbound? outbound = null) : ICollectorKind
{
    const int MaxPatterns = 20;

    public string Kind => "redis";

    public object ReadOptions(YamlMap target)
    {
        var patterns = target.Texts("count");
        if (patterns.Count > MaxPatterns)
            target.Report("count", $"`count` has {patterns.Count} patterns.", $"Keep at most {MaxPatterns}: each is a pass over all keys.");
        var budget = target.Duration("scan_budget") ?? TimeSpan.FromMilliseconds(50);
        if (budget <= TimeSpan.Zero)
            target.Report("scan_budget", "`scan_budget` must be longer than nothing.", "Write for example `scan_budget: 50ms`.");
        var database = target.Integer("database") ?? 0;
        if (database < 0)
            target.Report("database", $"`database: {database}` is no database.", "Write 0 or more.");
        return new RedisOptions(
            SecretSource.Read(target),
            Math.Max(0, database),
            target.Flag("tls") ?? false,
            [.. patterns.Take(MaxPatterns)],
            target.Text("sample"),
            budget,
            target.Duration("window") ?? TimeSpan.FromMinutes(5));
    }

    public ICollector Create(Target target) => new RedisCollector((RedisOptions)target.Options, clock, outbound);
}
