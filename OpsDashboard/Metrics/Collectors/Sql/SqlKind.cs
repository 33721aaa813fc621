using System.Text.RegularExpressions;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;

namespace OpsDashboard.Metrics.Collectors.Sql;

/// <summary>Turns the rows of one read-only query into samples.</summary>
public sealed partial class SqlKind(TimeProvider clock, Outbound? outbound = null) : ICollectorKind
{
    const int MostRows = 1000;

    public string Kind => "sql";

    public object ReadOptions(YamlMap target)
    {
        var maxRows = target.Integer("max_rows") ?? 100;
        if (maxRows is < 1 or > MostRows)
            target.Report("max_rows", $"`max_rows: {maxRows}` is out of range.", $"Write a number from 1 to {MostRows}.");
        var metrics = target.Maps("metrics").Select(ReadMetric).ToArray();
        if (metrics.Length == 0)
            target.Report("metrics", "`metrics` is missing.", "Name at least one: `- { name: orphaned_transactions, value: count }`.");
        return new SqlOptions(target.Text("database"), target.Text("user"), SecretSource.Read(target), target.Required("query").TrimEnd(';', ' ', '\n'), Math.Clamp(maxRows, 1, MostRows), metrics, target.Text("table"));
    }

    static SqlMetric ReadMetric(YamlMap map)
    {
        var name = map.Required("name");
        if (name.Length > 0 && !MetricName().IsMatch(name))
            map.Report("name", $"`{name}` is no name of a metric.", "Use letters, digits and underscores, e.g. case_openings.");
        var labels = map.Texts("labels");
        foreach (var label in labels.Where(label => !MetricName().IsMatch(label) || label.StartsWith("__", StringComparison.Ordinal)))
            map.Report("labels", $"`{label}` is no name of a label.", "Rename the column in the query with AS.");
        var metric = new SqlMetric(name, map.Required("value"), labels, map.Choice<MetricKind>("kind") ?? MetricKind.Gauge, map.Text("help") ?? "");
        map.RejectUnknownKeys();
        return metric;
    }

    public ICollector Create(Target target) => new SqlCollector((SqlOptions)target.Options, clock, outbound);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex MetricName();
}
