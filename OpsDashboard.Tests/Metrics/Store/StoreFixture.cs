using System.Reflection;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using OpsDashboard.Metrics.Store.Database;
using OpsDashboard.Tests.Testing;
using Xunit;
using Xunit.Sdk;

namespace OpsDashboard.Tests.Metrics.Store;

public enum DatabaseKind { Sqlite, Postgres }

/// <summary>The test runs once on each database that is installed; on CI a missing one is a failure.</summary>
public sealed class OnEveryDatabaseAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo method) => Enum.GetValues<DatabaseKind>()
        .Where(kind => kind != DatabaseKind.Postgres || RealServer.SkipUnless(PostgresServer.Binary("initdb"), "PostgreSQL") is null).Select(kind => new object[] { kind });
}

/// <summary>A store in virtual time over a real database that can be taken away.</summary>
sealed class StoreFixture : IAsyncDisposable
{
    readonly Func<ISampleDatabase> connect;
    readonly MetricsOptions options;

    StoreFixture(Func<ISampleDatabase> connect, MetricsOptions options, FakeTimeProvider time)
    {
        (this.connect, this.options, Time) = (connect, options, time);
        Database = new(connect());
        Store = new(options, Database, new(Time), Time);
    }

    public FakeTimeProvider Time { get; }

    public FaultyDatabase Database { get; private set; }

    public SampleStore Store { get; private set; }

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<StoreFixture> CreateAsync(DatabaseKind kind, Action<MetricsOptions>? configure = null)
    {
        var options = new MetricsOptions();
        configure?.Invoke(options);
        var fixture = new StoreFixture(await ConnectAsync(kind), options, new());
        await fixture.Store.OpenAsync(default);
        return fixture;
    }

    /// <summary>Another replica on the same database, with the same clock.</summary>
    public async Task<StoreFixture> ReplicaAsync()
    {
        var replica = new StoreFixture(connect, options, Time);
        await replica.Store.OpenAsync(default);
        return replica;
    }

    /// <summary>Ends the store as kill -9 would, and starts another on what it left.</summary>
    public async Task CrashAsync()
    {
        await Database.DisposeAsync();
        Database = new(connect());
        Store = new(options, Database, new(Time), Time);
        await Store.OpenAsync(default);
    }

    public AppendOutcome Append(string metric, long at, double value) => Store.Append([new(Store.Resolve(Labels.Of(metric)), at, value)]);

    public Task FlushAsync() => Store.FlushAsync(durable: false, default);

    public async Task SealAsync(long cut)
    {
        await FlushAsync();
        Assert.True(await Store.SealAsync(cut, default));
    }

    public async Task<SelectedSeries?> ReadAsync(string metric, long from = 0, long to = long.MaxValue) =>
        (await Store.SelectAsync([LabelMatcher.Metric(metric)], from, to, SelectOptions.Raw, default)).Series.SingleOrDefault();

    public async Task<double[]> ValuesAsync(string metric, long from = 0, long to = long.MaxValue) => (await ReadAsync(metric, from, to))?.Values ?? [];

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    static async Task<Func<ISampleDatabase>> ConnectAsync(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Postgres)
        {
            var connectionString = await PostgresServer.CreateDatabaseAsync();
            return () => new PostgresSampleDatabase(connectionString);
        }
        var file = Path.Combine(RealServer.TemporaryFolder($"samples-{kind}"), "samples.db");
        return () => new SqliteSampleDatabase(file);
    }
}

/// <summary>A database that can be away, or refuse after so many commits.</summary>
sealed class FaultyDatabase(ISampleDatabase real) : ISampleDatabase
{
    public bool IsAway { get; set; }

    public int CommitsLeft { get; set; } = int.MaxValue;

    /// <summary>Changes what is read, as a bad disk would.</summary>
    public Func<byte[], byte[]> Damage { get; set; } = data => data;

    public bool IsShared => real.IsShared;

    public Task OpenAsync(CancellationToken stop) => real.OpenAsync(stop);

    public Task<bool> TryLeadAsync(CancellationToken stop)
    {
        Refuse();
        return real.TryLeadAsync(stop);
    }

    public Task<Labels?> FindSeriesAsync(long id, CancellationToken stop) => real.FindSeriesAsync(id, stop);

    public Task<SealState> ReadStateAsync(CancellationToken stop) => real.ReadStateAsync(stop);

    public IAsyncEnumerable<StoredSeries> ReadSeriesAsync(long after, CancellationToken stop) => real.ReadSeriesAsync(after, stop);

    public IAsyncEnumerable<MetricMetadata> ReadMetadataAsync(CancellationToken stop) => real.ReadMetadataAsync(stop);

    public IAsyncEnumerable<WalRecord> ReadWalAsync(IReadOnlyDictionary<long, long> applied, CancellationToken stop) => real.ReadWalAsync(applied, stop);

    public Task<long[]> AddSeriesAsync(IReadOnlyList<Labels> labels, CancellationToken stop)
    {
        Refuse();
        return real.AddSeriesAsync(labels, stop);
    }

    public Task CommitAsync(StoreCommit commit, CancellationToken stop)
    {
        Refuse();
        if (CommitsLeft-- <= 0)
            throw new IOException("No space left on device");
        return real.CommitAsync(commit, stop);
    }

    public Task AbandonSealAsync(CancellationToken stop)
    {
        Refuse();
        return real.AbandonSealAsync(stop);
    }

    public async IAsyncEnumerable<StoredChunk> ReadChunksAsync(IReadOnlyList<long> series, Tier tier, long from, long to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        Refuse();
        await foreach (var chunk in real.ReadChunksAsync(series, tier, from, to, stop))
            yield return chunk with { Data = Damage(chunk.Data) };
    }

    public Task<HashSet<long>> SeriesWithChunksAsync(IReadOnlyList<long> series, long from, long to, CancellationToken stop) => real.SeriesWithChunksAsync(series, from, to, stop);

    public Task<long?> FirstSampleAsync(CancellationToken stop) => real.FirstSampleAsync(stop);

    public Task<List<long>> SeriesInSpanAsync(long from, long to, CancellationToken stop) => real.SeriesInSpanAsync(from, to, stop);

    public Task<List<(long Series, long Hour)>> ReadDirtyAsync(long before, int limit, CancellationToken stop) => real.ReadDirtyAsync(before, limit, stop);

    public Task<List<(long Series, long MinAt)>> ReadLateChunksAsync(long afterSeries, long afterMinAt, int limit, CancellationToken stop) => real.ReadLateChunksAsync(afterSeries, afterMinAt, limit, stop);

    public async Task<List<(long Id, StoredChunk Chunk)>> ReadRawChunksAsync(long series, long from, long to, CancellationToken stop)
    {
        Refuse();
        return (await real.ReadRawChunksAsync(series, from, to, stop)).ConvertAll(one => (one.Id, one.Chunk with { Data = Damage(one.Chunk.Data) }));
    }

    public Task<int> PurgeAsync(Tier tier, long before, int limit, CancellationToken stop)
    {
        Refuse();
        return real.PurgeAsync(tier, before, limit, stop);
    }

    public ValueTask DisposeAsync() => real.DisposeAsync();

    void Refuse()
    {
        if (IsAway)
            throw new IOException("The database is away");
    }
}
