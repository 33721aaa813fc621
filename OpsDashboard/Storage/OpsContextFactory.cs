using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace OpsDashboard.Storage;

/// <summary>Opens contexts of the configured provider. Thread-safe; a context belongs to whoever asked for it.</summary>
public sealed class OpsContextFactory : IDbContextFactory<OpsContext>, IDisposable
{
    readonly Func<OpsContext> create;

    public OpsContextFactory(StorageOptions options)
    {
        Options = options;
        if (options.Provider == StorageProvider.Postgres)
        {
            var postgres = new DbContextOptionsBuilder<PostgresOpsContext>().UsePostgres(options.OpsConnectionString).Options;
            create = () => new PostgresOpsContext(postgres);
        }
        else
        {
            Directory.CreateDirectory(options.DataDirectory);
            var sqlite = new DbContextOptionsBuilder<SqliteOpsContext>().UseSqliteFile(options.OpsConnectionString).Options;
            create = () => new SqliteOpsContext(sqlite, Gate);
        }
    }

    public StorageOptions Options { get; }

    public WriteGate Gate { get; } = new();

    public OpsContext CreateDbContext() => create();

    public void Dispose() => Gate.Dispose();
}

static class ProviderOptions
{
    public static DbContextOptionsBuilder<T> UseSqliteFile<T>(this DbContextOptionsBuilder<T> builder, string connectionString) where T : DbContext =>
        builder.UseSqlite(connectionString).AddInterceptors(Durable.Instance);

    public static DbContextOptionsBuilder<T> UsePostgres<T>(this DbContextOptionsBuilder<T> builder, string connectionString) where T : DbContext =>
        builder.UseNpgsql(connectionString, npgsql => npgsql.MigrationsHistoryTable("__EFMigrationsHistory", PostgresOpsContext.Schema));

    /// <summary>What was acknowledged survives a power cut: the write-ahead log is flushed at every commit, whatever SQLite was compiled with.</summary>
    sealed class Durable : DbConnectionInterceptor
    {
        public static readonly Durable Instance = new();

        const string Pragma = "PRAGMA synchronous=FULL";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragma;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Pragma;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
