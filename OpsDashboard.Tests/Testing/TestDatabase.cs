using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Storage;

namespace OpsDashboard.Tests.Testing;

/// <summary>An empty, migrated database of the test's own, of either provider.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    TestDatabase(StorageOptions options) => Contexts = new(options);

    public OpsContextFactory Contexts { get; }

    public StorageOptions Options => Contexts.Options;

    public static async Task<TestDatabase> CreateAsync(StorageProvider provider, params ISchemaScript[] scripts)
    {
        var database = await CreateEmptyAsync(provider);
        await database.MigrateAsync(scripts);
        return database;
    }

    public static async Task<TestDatabase> CreateEmptyAsync(StorageProvider provider) => new(new()
    {
        Provider = provider,
        DataDirectory = RealServer.TemporaryFolder("data"),
        ConnectionString = provider == StorageProvider.Postgres ? await PostgresServer.CreateDatabaseAsync() : null,
    });

    public Task MigrateAsync(params ISchemaScript[] scripts) =>
        new Schema(Contexts, scripts, TimeProvider.System, NullLogger<Schema>.Instance).UpdateAsync(CancellationToken.None);

    /// <summary>Runs a statement as an administrator of the database would. For PostgreSQL the search path holds the schema.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = Open();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = Options.Provider == StorageProvider.Postgres ? $"SET search_path = ops, public; {sql}" : sql;
        await command.ExecuteNonQueryAsync();
    }

    System.Data.Common.DbConnection Open() => Options.Provider == StorageProvider.Postgres
        ? new Npgsql.NpgsqlConnection(Options.OpsConnectionString)
        : new Microsoft.Data.Sqlite.SqliteConnection(Options.OpsConnectionString);

    public ValueTask DisposeAsync()
    {
        if (Options.Provider == StorageProvider.Sqlite)
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        else
            ClearPool();
        Contexts.Dispose();
        return ValueTask.CompletedTask;
    }

    void ClearPool()
    {
        using var connection = new Npgsql.NpgsqlConnection(Options.OpsConnectionString);
        Npgsql.NpgsqlConnection.ClearPool(connection);
    }
}
