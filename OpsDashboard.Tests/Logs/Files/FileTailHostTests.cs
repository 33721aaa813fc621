using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Files;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Metrics.Store;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs.Files;

public sealed class FileTailHostTests
{
    FakeTimeProvider clock = new();
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

    FileTailHost Host(TestDatabase database, ILogAppender appender, out FileTails tails, params string[] names)
    {
        var leases = latest = new Leases(database.Contexts, clock);
        tails = new(clock);
        return new(Catalogue(names.Length > 0 ? names : ["app.log"]), tails, leases, appender, clock, NullLogger<FileTailHost>.Instance);
    }

    /// <summary>A store of lines whose clock is the tests' own.</summary>
    async Task<LogFixture> LogsAsync(DatabaseKind kind)
    {
        var logs = await LogFixture.CreateAsync(kind);
        clock = logs.Time;
        return logs;
    }

    static async Task<string[]> StoredAsync(LogFixture logs) => [.. (await logs.FindAsync(new LogFilter())).Reverse()];

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
            await pause.WaitForNextTickAsync(limit.Token);
    }

    async Task RoundsAsync(FileTailHost host, int rounds = 8)
    {
        for (; rounds > 0; rounds--)
        {
            await host.RoundAsync(default);
            clock.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    [Theory, OnEveryDatabase]
    public async Task Restart_NeitherLosesNorDoubles(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        await using var logs = await LogsAsync(kind);
        File.WriteAllText(App, "one\ntwo\nthr");
        using (var first = Host(database, logs.Store, out _))
            await RoundsAsync(first);
        File.AppendAllText(App, "ee\nfour\n");
        await latest!.ReleaseAsync(FileTailHost.Lease, default);
        using var second = Host(database, logs.Store, out var tails);
        await RoundsAsync(second);
        Assert.Equal(["one", "two", "three", "four"], await StoredAsync(logs));
        var found = (await logs.Query.SearchAsync(LogFixture.Everyone, new(), null, 10, default)).Entries;
        Assert.All(found, entry => Assert.Equal(("shop", "api", App), (entry.SystemId, entry.Component, entry.Source)));
        var file = Assert.Single(tails.Status);
        Assert.Equal((4, 0, new FileInfo(App).Length, "four", null), (file.Lines, file.Behind, file.Offset, file.LastLine, file.Problem));
    }

    [Theory, OnEveryDatabase]
    public async Task Kill_RightAfterTheCommit_LosesAndDoublesNothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        await using var logs = await LogsAsync(kind);
        File.WriteAllText(App, "one\ntwo\n");
        // The lines are in the database, and nobody of this process will ever know.
        logs.Database.AnswerGate = new TaskCompletionSource().Task;
        using var killed = Host(database, logs.Store, out var tails);
        var round = killed.RoundAsync(default);
        await UntilAsync(async () => (await logs.Query.SearchAsync(LogFixture.Everyone, new(), null, 10, default)).Entries.Count == 2);
        Assert.False(round.IsCompleted);
        tails.Dispose();
        await logs.CrashAsync();
        File.AppendAllText(App, "three\n");
        clock.Advance(TimeSpan.FromMinutes(1));
        using var next = Host(database, logs.Store, out _);
        await RoundsAsync(next);
        Assert.Equal(["one", "two", "three"], await StoredAsync(logs));
    }

    [Theory, OnEveryDatabase]
    public async Task Kill_BeforeTheCommit_LosesAndDoublesNothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        await using var logs = await LogsAsync(kind);
        File.WriteAllText(App, "one\n");
        using (var first = Host(database, logs.Store, out _))
            await RoundsAsync(first);
        File.AppendAllText(App, "two\n");
        logs.Database.Gate = new TaskCompletionSource().Task;
        using var killed = Host(database, logs.Store, out var tails);
        clock.Advance(TimeSpan.FromMinutes(1));
        var round = killed.RoundAsync(default);
        await UntilAsync(() => Task.FromResult(logs.Database.Begun > 1));
        Assert.False(round.IsCompleted);
        tails.Dispose();
        await logs.CrashAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        using var next = Host(database, logs.Store, out _);
        await RoundsAsync(next);
        Assert.Equal(["one", "two"], await StoredAsync(logs));
    }

    [Theory, OnEveryDatabase]
    public async Task Commit_WhoseAnswerIsLost_IsFoundAndNotRepeated(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        await using var logs = await LogsAsync(kind);
        File.WriteAllText(App, "one\ntwo\n");
        using var host = Host(database, logs.Store, out _);
        logs.Database.LosesAnswers = true;
        await host.RoundAsync(default);
        logs.Database.LosesAnswers = false;
        File.AppendAllText(App, "three\n");
        await RoundsAsync(host);
        Assert.Equal(["one", "two", "three"], await StoredAsync(logs));
    }

    [Theory, OnEveryDatabase]
    public async Task Replicas_OnlyOneFollows_AndTheOtherTakesOver(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        await using var logs = await LogsAsync(kind);
        File.WriteAllText(App, "one\n");
        using var first = Host(database, logs.Store, out _);
        using var second = Host(database, logs.Store, out var waiting);
        await RoundsAsync(first);
        await RoundsAsync(second);
        Assert.Empty(waiting.All);
        var elsewhere = await new FollowedFileQuery(waiting, logs.Store).ReadAsync(LogFixture.Everyone, default);
        Assert.False(elsewhere.IsHere);
        Assert.Equal((App, 4, 1, null), (elsewhere.Files[0].Path, elsewhere.Files[0].Offset, elsewhere.Files[0].Lines, elsewhere.Files[0].Behind));
        File.AppendAllText(App, "two\n");
        clock.Advance(TimeSpan.FromMinutes(1));
        await RoundsAsync(second);
        // The first comes back from a long pause: its lease is gone, so what it read counts nowhere.
        await RoundsAsync(first);
        Assert.Equal(["one", "two"], await StoredAsync(logs));
        Assert.True((await new FollowedFileQuery(waiting, logs.Store).ReadAsync(LogFixture.Everyone, default)).IsHere);
        Assert.Empty((await new FollowedFileQuery(waiting, logs.Store).ReadAsync(new("r", "R", ActorKind.Person, [new(Role.Viewer, "game")]), default)).Files);
    }

    [Theory, OnEveryDatabase]
    public async Task Reader_ThatBeganWhereTheFileNoLongerStands_StoresNothing(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        await logs.Store.AppendAsync([logs.Line("one")], [new("shop", "a.log", null, "10", 1)], default);
        await logs.Store.AppendAsync([logs.Line("two")], [new("shop", "a.log", "10", "20", 1), new("game", "a.log", null, "5", 0)], default);
        foreach (var late in new SourceMove[] { new("shop", "a.log", null, "10", 1), new("shop", "a.log", "10", "20", 1) })
            await Assert.ThrowsAsync<SourceMovedException>(() => logs.Store.AppendAsync([logs.Line("late")], [new("game", "a.log", "5", "6", 0), late], default));
        Assert.Equal(["one", "two"], await StoredAsync(logs));
        var places = (await logs.Store.PlacesAsync(default)).OrderBy(place => place.SystemId).Select(place => (place.SystemId, place.Place, place.Lines, place.LastLineAt is null)).ToArray();
        Assert.Equal(new[] { ("game", "5", 0L, true), ("shop", "20", 2L, false) }, places);
    }

    [Fact]
    public async Task Reader_ThatIsRefused_TakesNobodyElsesLinesAlong()
    {
        await using var logs = await LogFixture.CreateAsync(DatabaseKind.Sqlite);
        var gate = new TaskCompletionSource();
        logs.Database.Gate = gate.Task;
        var blocking = logs.AppendAsync(logs.Line("first"));
        var sent = logs.AppendAsync(logs.Line("sent"));
        var late = logs.Store.AppendAsync([logs.Line("late")], [new("shop", "a.log", "10", "20", 1)], default);
        var after = logs.AppendAsync(logs.Line("after"));
        gate.SetResult();
        await Task.WhenAll(blocking, sent, after);
        await Assert.ThrowsAsync<SourceMovedException>(() => late);
        Assert.Equal(["first", "sent", "after"], await StoredAsync(logs));
    }

    [Fact]
    public async Task Folder_ThatIsNotThere_IsSaid()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        using var host = Host(database, store, out var tails, "*.none");
        await RoundsAsync(host, 1);
        var status = Assert.Single(tails.Status);
        Assert.Equal((Path.Combine(folder, "*.none"), FileTails.NoneFits, true), (status.Path, status.Problem, status.IsAwaited));
        Directory.Delete(folder, recursive: true);
        clock.Advance(TimeSpan.FromSeconds(2));
        await RoundsAsync(host, 1);
        Assert.Equal(("the folder does not exist", false), (tails.Status[0].Problem, tails.Status[0].IsAwaited));
    }

    [Fact]
    public async Task Store_ThatRefuses_LeavesTheLinesInTheFile()
    {
        await using var database = await TestDatabase.CreateAsync(StorageProvider.Sqlite);
        File.WriteAllText(App, "one\ntwo\n");
        using var host = Host(database, store, out _);
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
        using var host = Host(database, store, out var tails, "*", "named.log");
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

        public Task<LogAppendOutcome> AppendAsync(IReadOnlyList<LogEntry> batch, IReadOnlyList<SourceMove> moves, CancellationToken stop)
        {
            if (Refuses is not null)
                return Task.FromException<LogAppendOutcome>(Refuses);
            Entries.AddRange(batch);
            return Task.FromResult(new LogAppendOutcome(batch.Count, 0));
        }

        public Task<LogAppendOutcome> AppendAsync(IReadOnlyList<LogEntry> batch, CancellationToken stop, bool durable = true) => throw new NotSupportedException();

        public Task<IReadOnlyList<SourcePlace>> PlacesAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<SourcePlace>>([]);

        public void CountDropped(string? systemId, string reason, long lines) => throw new NotSupportedException();
    }

    sealed class OutageException : DbException;
}
