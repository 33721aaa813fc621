using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Catalogue;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Files;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs.Files;

public sealed class FileTailHostTests
{
    readonly FakeTimeProvider clock = new();
    readonly string folder = RealServer.TemporaryFolder("tails");
    readonly FakeAppender store = new();
    Leases? latest;

    string App => Path.Combine(folder, "app.log");

    FixedCatalogue Catalogue(params string[] names)
    {
        var system = new MonitoredSystem
        {
            Id = "shop",
            Name = "Shop",
            Short = "SH",
            Components = [],
            Targets = [],
            Documents = new Dictionary<Type, object> { [typeof(LogsDocument)] = new LogsDocument([new(folder, names, "api", null, [], "shop/logs.yml", 1)], []) },
        };
        return new(CatalogueSnapshot.Empty with { Revision = 1, Systems = [system] });
    }

    FileTailHost Host(TestDatabase database, out FileTails tails, params string[] names)
    {
        var leases = latest = new Leases(database.Contexts, clock);
        tails = new(clock);
        return new(Catalogue(names.Length > 0 ? names : ["app.log"]), tails, new(database.Contexts, leases, clock), leases, store, clock, NullLogger<FileTailHost>.Instance);
    }

    async Task RoundsAsync(FileTailHost host, int rounds = 8)
    {
        for (; rounds > 0; rounds--)
        {
            await host.RoundAsync(default);
            clock.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    [Fact]
    public Task Restart_NeitherLosesNorDoubles_OnSqlite() => RestartAsync(StorageProvider.Sqlite);

    [PostgresFact]
    public Task Restart_NeitherLosesNorDoubles_OnPostgres() => RestartAsync(StorageProvider.Postgres);

    async Task RestartAsync(StorageProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        File.WriteAllText(App, "one\ntwo\nthr");
        using (var first = Host(database, out _))
            await RoundsAsync(first);
        File.AppendAllText(App, "ee\nfour\n");
        await latest!.ReleaseAsync(FilePositions.Lease, default);
        using var second = Host(database, out _);
        await RoundsAsync(second);
        Assert.Equal(["one", "two", "three", "four"], store.Messages);
        Assert.All(store.Entries, entry => Assert.Equal(("shop", "api", App), (entry.SystemId, entry.Component, entry.Source)));
    }

    [Fact]
    public async Task Replicas_OnlyOneFollows_AndTheOtherTakesOver()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        File.WriteAllText(App, "one\n");
        using var first = Host(database, out _);
        using var second = Host(database, out var waiting);
        await RoundsAsync(first);
        await RoundsAsync(second);
        Assert.Empty(waiting.All);
        File.AppendAllText(App, "two\n");
        clock.Advance(TimeSpan.FromMinutes(1));
        await RoundsAsync(second);
        // The first comes back from a long pause: its lease is gone, so what it read counts nowhere.
        await RoundsAsync(first);
        Assert.Equal(["one", "two"], store.Messages);
    }

    [Fact]
    public async Task Store_ThatRefuses_LeavesTheLinesInTheFile()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        File.WriteAllText(App, "one\ntwo\n");
        using var host = Host(database, out _);
        store.Refuses = new LogsFullException(TimeSpan.FromSeconds(1));
        await RoundsAsync(host);
        store.Refuses = new OutageException();
        await RoundsAsync(host);
        store.Refuses = null;
        await RoundsAsync(host);
        Assert.Equal(["one", "two"], store.Messages);
    }

    [Fact]
    public async Task Pattern_FollowsWhatMatches_AndNotWhatItWasRotatedTo()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        File.WriteAllText(Path.Combine(folder, "a.log"), "a\n");
        File.WriteAllText(Path.Combine(folder, "a.log.1"), "old a\n");
        File.WriteAllText(Path.Combine(folder, "b.log"), "b\n");
        using var host = Host(database, out var tails, "*", "named.log");
        await RoundsAsync(host);
        Assert.Equal(["a", "b"], store.Messages.Order());
        Assert.Equal("does not exist", tails.Status.Single(file => file.Path.EndsWith("named.log", StringComparison.Ordinal)).Problem);
        File.WriteAllText(Path.Combine(folder, "c.log"), "c\n");
        await RoundsAsync(host);
        Assert.Equal(["a", "b", "c"], store.Messages.Order());
    }

    sealed class FakeAppender : ILogAppender
    {
        public List<LogEntry> Entries { get; } = [];

        public IEnumerable<string> Messages => Entries.Select(entry => entry.Message);

        public Exception? Refuses { get; set; }

        public Task<LogAppendOutcome> AppendAsync(IReadOnlyList<LogEntry> batch, CancellationToken stop, bool durable = true)
        {
            if (Refuses is not null)
                return Task.FromException<LogAppendOutcome>(Refuses);
            Entries.AddRange(batch);
            return Task.FromResult(new LogAppendOutcome(batch.Count, 0));
        }

        public void CountDropped(string? systemId, string reason, long lines) => throw new NotSupportedException();
    }

    sealed class OutageException : DbException;

    sealed class FixedCatalogue(CatalogueSnapshot snapshot) : ICatalogue, IDisposable
    {
        public CatalogueSnapshot Current => snapshot;

        public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => this;

        public void Dispose()
        {
        }
    }
}
