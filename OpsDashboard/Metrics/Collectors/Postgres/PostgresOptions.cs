namespace OpsDashboard.Metrics.Collectors.Postgres;

/// <summary>What a target of kind postgres says besides its address.</summary>
/// <param name="SlowQuery">The list of slow queries begins at this mean.</param>
/// <param name="DetailsEvery">Sizes, statements and tables are read this often and repeated between.</param>
public sealed record PostgresOptions(string? Database, string? User, SecretSource Password, TimeSpan SlowQuery, TimeSpan DetailsEvery, int TopTables);
