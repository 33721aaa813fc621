using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace OpsDashboard.Storage;

/// <summary>SQL that a feature needs besides its tables (triggers, functions). Run after the migrations at every start, so it must bear repetition.</summary>
public interface ISchemaScript
{
    string Sqlite { get; }
    string Postgres { get; }
}

/// <summary>The database was made by a newer version, or by an unreleased one whose first migration has been replaced since.</summary>
public sealed class UnknownSchemaException(string migration)
    : StartRefusedException($"The database has the migration {migration}, which this version does not know. Start the version that made it, or begin with an empty database (Storage__DataDirectory, Storage__ConnectionString).");

/// <summary>Brings the database to this version's schema, under a lock that only one process holds.</summary>
public sealed class Schema(OpsContextFactory contexts, IEnumerable<ISchemaScript> scripts, TimeProvider clock, ILogger<Schema> logger)
{
    // Arbitrary but fixed: the same number in every process.
    const long PostgresLock = 0x4F70_7344_6173_6801;

    public async Task UpdateAsync(CancellationToken stop)
    {
        var started = clock.GetTimestamp();
        await using var held = await LockAsync(stop);
        await using var context = contexts.CreateDbContext();
        var sqlite = contexts.Options.Provider == StorageProvider.Sqlite;
        if (sqlite)
            await ExecuteAsync(context, "PRAGMA journal_mode=WAL", stop);
        var known = context.Database.GetMigrations().ToHashSet();
        var applied = await context.Database.GetAppliedMigrationsAsync(stop);
        if (applied.FirstOrDefault(migration => !known.Contains(migration)) is { } unknown)
            throw new UnknownSchemaException(unknown);
        if (known.Count > applied.Count())
            await MigrateAsync(context, stop);
        foreach (var script in scripts)
            await ExecuteAsync(context, sqlite ? script.Sqlite : script.Postgres, stop);
        logger.LogInformation("Database {Provider} ready after {Elapsed:0} ms", contexts.Options.Provider, clock.GetElapsedTime(started).TotalMilliseconds);
    }

    static async Task MigrateAsync(OpsContext context, CancellationToken stop)
    {
        // A process killed while migrating leaves EF's own lock row behind, and SQLite would wait for it forever; ours is held now.
        if (context is SqliteOpsContext)
            await ExecuteAsync(context, "DROP TABLE IF EXISTS \"__EFMigrationsLock\"", stop);
        await context.Database.MigrateAsync(stop);
    }

    // Not ExecuteSqlRaw: its placeholders would take the braces of a function's body.
    static async Task ExecuteAsync(OpsContext context, string sql, CancellationToken stop)
    {
        await context.Database.OpenConnectionAsync(stop);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(stop);
        await context.Database.CloseConnectionAsync();
    }

    async Task<IAsyncDisposable> LockAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(contexts.Options.StartTimeout);
        while (true)
        {
            try
            {
                return contexts.Options.Provider == StorageProvider.Postgres ? await LockPostgresAsync(limit.Token) : LockFile();
            }
            catch (Exception problem) when (problem is IOException or DbException && !limit.IsCancellationRequested)
            {
                logger.LogWarning("Waiting for the database: {Problem}", problem.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, limit.Token);
            }
        }
    }

    FileStream LockFile() =>
        new(Path.Combine(contexts.Options.DataDirectory, "schema.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    async Task<IAsyncDisposable> LockPostgresAsync(CancellationToken stop)
    {
        var connection = new Npgsql.NpgsqlConnection(contexts.Options.OpsConnectionString);
        try
        {
            await connection.OpenAsync(stop);
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT pg_advisory_lock({PostgresLock})";
            await command.ExecuteNonQueryAsync(stop);
            return new PostgresHold(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    sealed class PostgresHold(Npgsql.NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (var command = connection.CreateCommand())
            {
                command.CommandText = $"SELECT pg_advisory_unlock({PostgresLock})";
                await command.ExecuteNonQueryAsync();
            }
            await connection.DisposeAsync();
        }
    }
}

/// <summary>The first hosted service: whatever starts after it finds its tables.</summary>
sealed class SchemaHost(Schema schema) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => schema.UpdateAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
