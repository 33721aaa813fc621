namespace OpsDashboard.Metrics.Collectors.Sql;

/// <summary>A column that becomes a metric; other columns become its labels.</summary>
public sealed record SqlMetric(string Name, string ValueColumn, IReadOnlyList<string> LabelColumns, MetricKind Kind, string Help);

/// <summary>What a target of kind sql says besides its address.</summary>
/// <param name="Table">Title under which the rows are shown; null shows none.</param>
public sealed record SqlOptions(string? Database, string? User, SecretSource Password, string Query, int MaxRows, IReadOnlyList<SqlMetric> Metrics, string? Table);
