using OpsDashboard.Storage;

namespace OpsDashboard.Metrics.Store.Database;

/// <summary>Which database holds the samples.</summary>
static class SampleDatabases
{
    public static ISampleDatabase Create(StorageOptions options) => options.Provider == StorageProvider.Postgres
        ? new PostgresSampleDatabase(options.ConnectionString!)
        : new SqliteSampleDatabase(Path.Combine(options.DataDirectory, "samples.db"));
}
