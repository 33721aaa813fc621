using Microsoft.Data.Sqlite;

namespace OpsDashboard.Storage;

public enum StorageProvider { Sqlite, Postgres }

/// <summary>Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <summary>Needed for PostgreSQL; SQLite's files lie in the data directory.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Everything that the process writes; relative to the content root.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>How long the start waits for a database that does not answer yet.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong, each with its key and remedy.</summary>
    public IEnumerable<string> Problems()
    {
        if (Provider == StorageProvider.Postgres && string.IsNullOrWhiteSpace(ConnectionString))
            yield return "Storage__ConnectionString is empty: with Storage__Provider=Postgres it names the database, e.g. Host=db;Database=ops;Username=ops;Password=….";
        if (string.IsNullOrWhiteSpace(DataDirectory))
            yield return "Storage__DataDirectory is empty: name the folder that the process may write to.";
    }

    public static StorageOptions Read(IConfiguration configuration, string contentRoot)
    {
        var options = configuration.GetSection("Storage").Get<StorageOptions>() ?? new();
        var problems = options.Problems().ToList();
        if (problems.Count > 0)
            throw new StartRefusedException(string.Join(Environment.NewLine, problems));
        options.DataDirectory = Path.GetFullPath(Path.Combine(contentRoot, options.DataDirectory));
        return options;
    }

    public string OpsConnectionString => Provider == StorageProvider.Postgres
        ? ConnectionString!
        : new SqliteConnectionStringBuilder(ConnectionString ?? "")
        {
            DataSource = Path.Combine(DataDirectory, "ops.db"),
            ForeignKeys = true,
            DefaultTimeout = 30,
        }.ConnectionString;
}
