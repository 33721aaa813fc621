using OpsDashboard.Audit;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Audit;

/// <summary>The parts of the log around a fresh database and a clock that stands still.</summary>
public sealed class AuditSetup : IAsyncDisposable
{
    readonly AuditLog log;

    AuditSetup(TestDatabase database)
    {
        Database = database;
        log = new(database.Contexts, Clock);
        Keys = new(database.Contexts);
        Reader = new(database.Contexts);
        Checkpoints = new(database.Contexts, Keys, Clock);
        Verification = new(database.Contexts, Reader, Keys);
        Export = new(Reader, Keys, Checkpoints);
    }

    public TestDatabase Database { get; }
    public FakeTimeProvider Clock { get; } = new();
    public IAuditLog Log => log;
    public AuditKeys Keys { get; }
    public AuditReader Reader { get; }
    public AuditCheckpoints Checkpoints { get; }
    public AuditVerification Verification { get; }
    public AuditExport Export { get; }

    public static async Task<AuditSetup> CreateAsync(StorageProvider provider) => new(await TestDatabase.CreateAsync(provider, new AuditGuard()));

    /// <summary>What a forger with the rights of the database's owner does first.</summary>
    public async Task DropGuardsAsync()
    {
        foreach (var table in (string[])["audit_entry", "audit_particulars", "audit_checkpoint"])
        {
            await Database.ExecuteAsync(Database.Options.Provider == StorageProvider.Postgres
                ? $"ALTER TABLE {table} DISABLE TRIGGER ALL"
                : $"DROP TRIGGER {table}_no_update; DROP TRIGGER IF EXISTS {table}_no_delete");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        Keys.Dispose();
        await Database.DisposeAsync();
    }
}
