using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Overlays;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Catalogue;

/// <summary>A catalogue on real files and a real database, with a clock that moves when told.</summary>
sealed class RunningCatalogue : IAsyncDisposable
{
    public static readonly Actor Admin = new("0197", "Ada", ActorKind.Person, [new(Role.Admin, null)]);

    readonly TestDatabase database;
    readonly string folder = RealServer.TemporaryFolder("catalogue");

    readonly ICatalogueDocument[] documents;

    RunningCatalogue(TestDatabase database, ICatalogueDocument[] documents)
    {
        (this.database, this.documents) = (database, documents);
        (Host, Editor) = Replica();
    }

    public FakeTimeProvider Clock { get; } = new();

    public RecordingAudit Audit { get; } = new();

    public IConfigurationRoot Configuration { get; } = new ConfigurationBuilder().AddInMemoryCollection().Build();

    public CatalogueHost Host { get; }

    public CatalogueEditor Editor { get; }

    public OpsContextFactory Contexts => database.Contexts;

    public static async Task<RunningCatalogue> StartAsync(StorageProvider provider = StorageProvider.Sqlite, params ICatalogueDocument[] documents)
    {
        var catalogue = new RunningCatalogue(await TestDatabase.CreateAsync(provider), documents);
        foreach (var (path, text) in new CatalogueText().Files.Texts)
            catalogue.Write(path, text);
        await catalogue.Host.ReloadAsync(CancellationToken.None);
        return catalogue;
    }

    /// <summary>Another process on the same files and database.</summary>
    public (CatalogueHost Host, CatalogueEditor Editor) Replica()
    {
        var reader = new CatalogueReader(FakeKind.All, documents);
        var store = new OverlayStore(database.Contexts, Audit);
        var host = new CatalogueHost(new(folder, "test"), reader, store, Audit, Configuration, Clock, NullLogger<CatalogueHost>.Instance);
        return (host, new(host, reader, store, Clock));
    }

    public void Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Delete(string path) => File.Delete(Path.Combine(folder, path));

    public Task ReloadAsync() => Host.ReloadAsync(CancellationToken.None);

    public int Version(string path) => Host.Sources.Find(path).Version;

    public Task SaveAsync(string path, string? text, Actor? actor = null, int? version = null) =>
        Editor.SaveAsync(actor ?? Admin, [new(path, text, version ?? Version(path))], CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        await database.DisposeAsync();
    }
}

/// <summary>Keeps the records instead of chaining them.</summary>
sealed class RecordingAudit : IAuditLog
{
    public List<AuditRecord> Records { get; } = [];

    public bool IsBroken { get; set; }

    public async Task CommitAsync(DbContext changes, AuditRecord record, CancellationToken stop)
    {
        await AppendAsync(record, stop);
        await changes.SaveChangesAsync(stop);
    }

    public Task AppendAsync(AuditRecord record, CancellationToken stop)
    {
        if (IsBroken)
            throw new IOException("The audit log cannot be written.");
        Records.Add(record);
        return Task.CompletedTask;
    }
}
