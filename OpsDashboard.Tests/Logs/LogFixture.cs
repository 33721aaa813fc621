using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Search;
using OpsDashboard.Logs.Store;
using OpsDashboard.Logs.Store.Database;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Metrics.Store;
using OpsDashboard.Tests.Testing;

namespace OpsDashboard.Tests.Logs;

/// <summary>A store of logs in virtual time over a real database that can be taken away.</summary>
sealed class LogFixture : IAsyncDisposable
{
    public static readonly Actor Everyone = new("all", "All", ActorKind.Person, [new(Role.Viewer, null)]);

    readonly DatabaseKind kind;
    readonly Func<ILogDatabase> connect;

    LogFixture(DatabaseKind kind, Func<ILogDatabase> connect, LogsOptions options, FakeTimeProvider time)
    {
        (this.kind, this.connect, Options, Time) = (kind, connect, options, time);
        Database = new(connect());
        Known = new(new() { Provider = kind == DatabaseKind.Postgres ? StorageProvider.Postgres : StorageProvider.Sqlite }, time);
        Store = new(Database, options, Figures, Bus, time, Known);
    }

    public FakeTimeProvider Time { get; }

    public LogsOptions Options { get; }

    public LiveBus Bus { get; } = new(NullLogger<LiveBus>.Instance);

    public LogFigures Figures { get; } = new();

    public FaultyLogDatabase Database { get; private set; }

    public KnownLines Known { get; }

    public LogStore Store { get; private set; }

    public ILogQuery Query => new LogQuery(Database, new(Database), Options, Time);

    public DateTimeOffset Now => Time.GetUtcNow();

    public static async Task<LogFixture> CreateAsync(DatabaseKind kind, Action<LogsOptions>? configure = null)
    {
        var options = new LogsOptions();
        configure?.Invoke(options);
        var fixture = new LogFixture(kind, await ConnectAsync(kind), options, new());
        await fixture.Store.OpenAsync(default);
        return fixture;
    }

    /// <summary>Another replica on the same database, with the same clock.</summary>
    public async Task<LogFixture> ReplicaAsync()
    {
        var replica = new LogFixture(kind, connect, Options, Time);
        await replica.Store.OpenAsync(default);
        return replica;
    }

    /// <summary>Ends the store as kill -9 would, and starts another on what it left.</summary>
    public async Task CrashAsync()
    {
        await Database.DisposeAsync();
        Database = new(connect());
        Store = new(Database, Options, Figures, Bus, Time, Known);
        await Store.OpenAsync(default);
    }

    public LogEntry Line(string message, string? system = "alpha", double secondsAgo = 0, LineLevel level = LineLevel.Info, string? correlation = null, string? category = null, string? @event = null, params LogField[] fields) => new()
    {
        At = Now - TimeSpan.FromSeconds(secondsAgo),
        ReceivedAt = Now,
        Message = message,
        SystemId = system,
        Level = level,
        CorrelationId = correlation,
        Category = category,
        Event = @event,
        Fields = fields,
    };

    public Task<LogAppendOutcome> AppendAsync(params LogEntry[] lines) => Store.AppendAsync(lines, default);

    public async Task<string[]> FindAsync(LogFilter filter, Actor? actor = null) => [.. (await Query.SearchAsync(actor ?? Everyone, filter, null, 1000, default)).Entries.Select(entry => entry.Message)];

    public Task<string[]> FindAsync(string text, bool caseSensitive = false) => FindAsync(new LogFilter { Text = text, CaseSensitive = caseSensitive });

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        await Database.DisposeAsync();
    }

    static async Task<Func<ILogDatabase>> ConnectAsync(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Postgres)
        {
            var connectionString = await PostgresServer.CreateDatabaseAsync();
            return () => new PostgresLogDatabase(connectionString);
        }
        var file = Path.Combine(RealServer.TemporaryFolder("logs"), "logs.db");
        return () => new SqliteLogDatabase(file);
    }
}

/// <summary>A database that can be away, or wait.</summary>
sealed class FaultyLogDatabase(ILogDatabase real) : ILogDatabase
{
    public bool IsAway { get; set; }

    /// <summary>Commits wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Commits get through, and whoever waits for them is told that they did not.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Commits that got through wait for it before it is said.</summary>
    public Task AnswerGate { get; set; } = Task.CompletedTask;

    /// <summary>Commits that were asked for.</summary>
    public int Begun { get; private set; }

    public int Commits { get; private set; }

    public int Reads { get; private set; }

    public Task OpenAsync(CancellationToken stop) => real.OpenAsync(stop);

    public Task<IReadOnlyList<LogPartition>> PartitionsAsync(CancellationToken stop) => real.PartitionsAsync(stop);

    public async Task CommitAsync(LogCommit commit, CancellationToken stop)
    {
        Begun++;
        await Gate;
        Refuse();
        Commits++;
        await real.CommitAsync(commit, stop);
        await AnswerGate;
        if (LosesAnswers)
            throw new LostAnswerException();
    }

    public Task<IReadOnlyList<SourcePlace>> PlacesAsync(CancellationToken stop) => real.PlacesAsync(stop);

    public Task<List<LogEntry>> ReadAsync(LogPartition partition, LogScan scan, int limit, CancellationToken stop)
    {
        Refuse();
        Reads++;
        return real.ReadAsync(partition, scan, limit, stop);
    }

    public Task<List<PatternCount>> CountAsync(LogPartition partition, long from, long to, int minutes, CancellationToken stop) => real.CountAsync(partition, from, to, minutes, stop);

    public Task<List<StoredPattern>> PatternsAsync(IReadOnlyCollection<string>? systems, CancellationToken stop) => real.PatternsAsync(systems, stop);

    public Task DropAsync(LogPartition partition, CancellationToken stop) => real.DropAsync(partition, stop);

    public Task<int> DropPatternsAsync(DateTimeOffset before, CancellationToken stop) => real.DropPatternsAsync(before, stop);

    public ValueTask DisposeAsync() => real.DisposeAsync();

    void Refuse()
    {
        if (IsAway)
            throw new IOException("The database is away");
    }

    sealed class LostAnswerException : System.Data.Common.DbException;
}
