using OpsDashboard.Catalogue;
using OpsDashboard.Http;

namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>Collects from PostgreSQL 13 to 17 over its own protocol.</summary>
public sealed class PostgresKind(TimeProvider clock, Outbound? outbound = null) : ICollectorKind
{
    public string Kind => "postgres";

    public object ReadOptions(YamlMap target)
    {
        var tables = target.Integer("top_tables") ?? 20;
        if (tables is < 0 or > 500)
            target.Report("top_tables", $"`top_tables: {tables}` is out of range.", "Write a number from 0 to 500.");
        return new PostgresOptions(
            target.Text("database"),
            target.Text("user"),
            SecretSource.Read(target),
            target.Duration("slow_query") ?? TimeSpan.FromSeconds(1),
            target.Duration("details_every") ?? TimeSpan.FromSeconds(15),
            Math.Clamp(tables, 0, 500));
    }

    public ICollector Create(Target target) => new PostgresCollector((PostgresOptions)target.Options, clock, outbound);
}
