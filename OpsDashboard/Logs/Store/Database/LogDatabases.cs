using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Store.Database;

/// <summary>Which database holds the logs.</summary>
static class LogDatabases
{
    public static ILogDatabase Create(StorageOptions options) => options.Provider == StorageProvider.Postgres
        ? new PostgresLogDatabase(options.ConnectionString!)
        : new SqliteLogDatabase(Path.Combine(options.DataDirectory, "logs.db"));
}
