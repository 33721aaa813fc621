using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Storage;

public abstract class SchemaTests(StorageProvider provider)
{
    protected async Task FreshDatabase_MatchesTheModel_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var context = database.Contexts.CreateDbContext();
        Assert.False(context.Database.HasPendingModelChanges(), "An entity was changed: run OpsDashboard/Storage/migrations.sh.");
        Assert.Empty(await context.Database.GetPendingMigrationsAsync());
    }

    protected async Task SecondStart_ChangesNothing_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.MigrateAsync();
        await using var context = database.Contexts.CreateDbContext();
        Assert.Single(await context.Database.GetAppliedMigrationsAsync());
    }

    protected async Task NewerSchema_IsRefused_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.ExecuteAsync("INSERT INTO \"__EFMigrationsHistory\" (\"MigrationId\", \"ProductVersion\") VALUES ('29990101000000_Future', '99')");
        var refused = await Assert.ThrowsAsync<UnknownSchemaException>(() => database.MigrateAsync());
        Assert.Contains("29990101000000_Future", refused.Message, StringComparison.Ordinal);
    }

    protected async Task TwoStartsAtOnce_BothFindTheSchema_Core()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await Task.WhenAll(database.MigrateAsync(), database.MigrateAsync()).WaitAsync(Patience.Limit);
    }
}

public sealed class SqliteSchemaTests() : SchemaTests(StorageProvider.Sqlite)
{
    [Fact]
    public Task FreshDatabase_MatchesTheModel() => FreshDatabase_MatchesTheModel_Core();

    [Fact]
    public Task SecondStart_ChangesNothing() => SecondStart_ChangesNothing_Core();

    [Fact]
    public Task NewerSchema_IsRefused() => NewerSchema_IsRefused_Core();

    [Fact]
    public Task TwoStartsAtOnce_BothFindTheSchema() => TwoStartsAtOnce_BothFindTheSchema_Core();

    [Fact]
    public async Task KilledWhileMigrating_NextStartGoesOn()
    {
        await using var database = await TestDatabase.CreateEmptyAsync(StorageProvider.Sqlite);
        await database.ExecuteAsync("CREATE TABLE __EFMigrationsLock (Id INTEGER NOT NULL PRIMARY KEY, Timestamp TEXT NOT NULL); INSERT INTO __EFMigrationsLock VALUES (1, '2026-01-01')");
        await database.MigrateAsync().WaitAsync(Patience.Limit);
    }
}

public sealed class PostgresSchemaTests() : SchemaTests(StorageProvider.Postgres)
{
    [PostgresFact]
    public Task FreshDatabase_MatchesTheModel() => FreshDatabase_MatchesTheModel_Core();

    [PostgresFact]
    public Task SecondStart_ChangesNothing() => SecondStart_ChangesNothing_Core();

    [PostgresFact]
    public Task NewerSchema_IsRefused() => NewerSchema_IsRefused_Core();

    [PostgresFact]
    public Task TwoStartsAtOnce_BothFindTheSchema() => TwoStartsAtOnce_BothFindTheSchema_Core();
}
