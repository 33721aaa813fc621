using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store.Blobs;
using OpsDashboard.Metrics.Store.Database;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

/// <summary>Late chunks are merged with those of their time, and nothing that can be read changes by it, on every database.</summary>
public sealed class CompactionTests
{
    const long Minute = 60_000, Hour = 60 * Minute;

    static async Task<long> IdAsync(StoreFixture fixture, string metric)
    {
        await foreach (var one in fixture.Database.ReadSeriesAsync(0, default))
        {
            if (one.Labels.Metric == metric)
                return one.Id;
        }
        throw new InvalidOperationException($"{metric} is not stored.");
    }

    static async Task<List<StoredChunk>> ChunksAsync(StoreFixture fixture, string metric = "load") =>
        (await fixture.Database.ReadRawChunksAsync(await IdAsync(fixture, metric), long.MinValue, long.MaxValue, default)).ConvertAll(one => one.Chunk);

    static async Task<int> LateAsync(StoreFixture fixture) => (await fixture.Database.ReadLateChunksAsync(long.MinValue, long.MinValue, 10_000, default)).Count;

    /// <summary>Times and the bits of the values, so that a NaN and a negative zero count too.</summary>
    static async Task<string> ReadAsync(StoreFixture fixture, string metric, long from = 0, long to = long.MaxValue) =>
        await fixture.ReadAsync(metric, from, to) is { } read ? string.Join(' ', read.Times.Zip(read.Values, (at, value) => $"{at}={BitConverter.DoubleToInt64Bits(value):x}")) : "";

    /// <summary>A hundred minutes sealed into one chunk, and five late samples, each stored alone.</summary>
    static async Task<StoreFixture> WithLateAsync(DatabaseKind kind)
    {
        var fixture = await StoreFixture.CreateAsync(kind);
        var start = fixture.Now;
        fixture.Time.Advance(TimeSpan.FromHours(4));
        for (var i = 0; i < 100; i++)
            fixture.Append("load", start + (i * Minute), i);
        await fixture.SealAsync(start + (3 * Hour));
        for (var i = 0; i < 5; i++)
        {
            fixture.Append("load", start + (i * Minute) + 1, -i);
            await fixture.FlushAsync();
        }
        Assert.Equal(5, await LateAsync(fixture));
        return fixture;
    }

    [Theory, OnEveryDatabase]
    public async Task LateChunks_AreMergedIntoTheirWindow(DatabaseKind kind)
    {
        await using var fixture = await WithLateAsync(kind);
        var before = await ReadAsync(fixture, "load");

        Assert.True(await fixture.Store.TidyAsync(default));
        Assert.Equal(0, await LateAsync(fixture));
        var chunks = await ChunksAsync(fixture);
        Assert.Equal(105, chunks.Sum(chunk => chunk.Count));
        var window = (long)new MetricsOptions().HeadSpan.TotalMilliseconds;
        Assert.Distinct(chunks.Select(chunk => chunk.MinAt / window));
        Assert.All(chunks, chunk => Assert.Equal(chunk.MinAt / window, chunk.MaxAt / window));
        Assert.Equal(before, await ReadAsync(fixture, "load"));
        await fixture.CrashAsync();
        Assert.Equal(before, await ReadAsync(fixture, "load"));
    }

    [Theory, OnEveryDatabase]
    public async Task DamagedChunk_IsNotMergedAway(DatabaseKind kind)
    {
        await using var fixture = await WithLateAsync(kind);
        var (before, chunks) = (await ReadAsync(fixture, "load"), await ChunksAsync(fixture));
        fixture.Database.Damage = data => [.. data.Select(one => (byte)~one)];
        await fixture.Store.TidyAsync(default);
        fixture.Database.Damage = data => data;
        Assert.Equal(0, await LateAsync(fixture));
        Assert.Equal(chunks.Select(chunk => Convert.ToHexString(chunk.Data)), (await ChunksAsync(fixture)).Select(chunk => Convert.ToHexString(chunk.Data)));
        Assert.Equal(before, await ReadAsync(fixture, "load"));
    }

    [Theory, OnEveryDatabase]
    public async Task Commit_ThatFailsHalfway_LeavesEveryChunk(DatabaseKind kind)
    {
        await using var fixture = await WithLateAsync(kind);
        var before = await ReadAsync(fixture, "load");
        var id = await IdAsync(fixture, "load");
        var rows = (await fixture.Database.ReadRawChunksAsync(id, 0, long.MaxValue, default)).ConvertAll(one => one.Id);
        var chunk = new StoredChunk(id, Tier.Raw, 1, 1, 1, 1, ChunkBlob.Encode([1], [1]));
        // The second cannot be stored; then one of the rows is gone already.
        await Assert.ThrowsAnyAsync<Exception>(() => fixture.Database.CommitAsync(new() { Chunks = [chunk, chunk with { Data = null! }], Replaced = rows }, default));
        await Assert.ThrowsAnyAsync<IOException>(() => fixture.Database.CommitAsync(new() { Chunks = [chunk], Replaced = [.. rows, long.MaxValue] }, default));
        Assert.Equal(rows, (await fixture.Database.ReadRawChunksAsync(id, 0, long.MaxValue, default)).ConvertAll(one => one.Id));
        Assert.Equal(before, await ReadAsync(fixture, "load"));
    }

    [Theory, OnEveryDatabase]
    public async Task Chunks_OfASealThatIsNotComplete_AreLeftAlone(DatabaseKind kind)
    {
        await using var fixture = await WithLateAsync(kind);
        var id = await IdAsync(fixture, "load");
        var late = (await ChunksAsync(fixture)).First(chunk => chunk.Seal == 0);
        var begun = late with { MinAt = late.MinAt + 2, MaxAt = late.MaxAt + 2, Seal = 99, Data = ChunkBlob.Encode([late.MinAt + 2], [7]) };
        await fixture.Database.CommitAsync(new() { Chunks = [begun] }, default);
        Assert.True(await fixture.Store.TidyAsync(default));
        Assert.Contains(await fixture.Database.ReadRawChunksAsync(id, 0, long.MaxValue, default), one => one.Chunk.Seal == 99);
        await fixture.Database.AbandonSealAsync(default);
        Assert.Equal(105, (await fixture.ValuesAsync("load")).Length);
    }

    [Theory, OnEveryDatabase]
    public async Task Queries_DuringTheMerge_ReadTheSame(DatabaseKind kind)
    {
        await using var fixture = await WithLateAsync(kind);
        var start = fixture.Now - (4 * Hour);
        var before = await ReadAsync(fixture, "load");
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                Assert.Equal(before, await ReadAsync(fixture, "load", start, start + (100 * Minute)));
        });
        for (var round = 0; round < 20; round++)
        {
            fixture.Append("other", start + round, round);
            // The same samples once more, as another replica that did not see the first would store them.
            var again = (await ChunksAsync(fixture))[0];
            await fixture.Database.CommitAsync(new() { Chunks = [again with { Seal = 0 }] }, default);
            await fixture.FlushAsync();
            Assert.True(await fixture.Store.TidyAsync(default));
        }
        await done.CancelAsync();
        await reading;
        Assert.Equal(105, (await ChunksAsync(fixture)).Sum(chunk => chunk.Count));
    }

    /// <summary>Whatever chunks there are, overlapping and contradicting each other, queries read the same before and after, also when the merge breaks off.</summary>
    [Theory, OnEveryDatabase]
    public async Task AnyChunks_ReadTheSameAfterwards(DatabaseKind kind)
    {
        for (var seed = 1; seed <= 12; seed++)
            await RunAsync(kind, seed);
    }

    static async Task RunAsync(DatabaseKind kind, int seed)
    {
        var random = new Random(seed);
        await using var fixture = await StoreFixture.CreateAsync(kind);
        var start = fixture.Now;
        fixture.Time.Advance(TimeSpan.FromHours(30));
        string[] metrics = ["one", "two", "three"];
        foreach (var metric in metrics)
            fixture.Append(metric, start + random.Next(1000), 1);
        await fixture.SealAsync(start + Hour);
        for (var round = 0; round < 6; round++)
        {
            foreach (var metric in metrics)
                await AddChunksAsync(fixture, await IdAsync(fixture, metric), start, random);
            var before = new List<string>();
            foreach (var metric in metrics)
                before.Add(await ReadAsync(fixture, metric));
            var (from, to) = (start + random.NextInt64(0, 10 * Hour), start + random.NextInt64(10 * Hour, 20 * Hour));
            var part = await ReadAsync(fixture, "one", from, to);
            fixture.Database.CommitsLeft = round % 2 == 0 ? random.Next(20) : int.MaxValue;
            var isWhole = await fixture.Store.TidyAsync(default) && fixture.Database.CommitsLeft > 0;
            fixture.Database.CommitsLeft = int.MaxValue;
            if (random.Next(3) == 0)
                await fixture.CrashAsync();
            for (var i = 0; i < metrics.Length; i++)
                Assert.True(before[i] == await ReadAsync(fixture, metrics[i]), $"seed {seed}, round {round}: {metrics[i]} reads otherwise after the merge");
            Assert.True(part == await ReadAsync(fixture, "one", from, to), $"seed {seed}, round {round}: a part reads otherwise after the merge");
            Assert.True(!isWhole || await LateAsync(fixture) == 0, $"seed {seed}, round {round}: late chunks are left");
        }
    }

    // Straight into the database: the writer would leave out what is stored already.
    static async Task AddChunksAsync(StoreFixture fixture, long id, long start, Random random)
    {
        var chunks = new List<StoredChunk>();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            var at = start + (random.NextInt64(0, 20 * 60) * Minute);
            var samples = new SortedDictionary<long, double>();
            for (var n = random.Next(1, 50); n > 0; n--)
                samples[at + (random.Next(0, random.Next(2) == 0 ? 20 : 300) * Minute)] = random.Next(8) switch { 0 => double.NaN, 1 => -0.0, var other => other * 0.1 };
            var (times, values) = (samples.Keys.ToArray(), samples.Values.ToArray());
            chunks.Add(new(id, Tier.Raw, times[0], times[^1], times.Length, random.Next(3) == 0 ? 1 : 0, ChunkBlob.Encode(times, values)));
        }
        await fixture.Database.CommitAsync(new() { Chunks = chunks }, default);
    }

    [PostgresFact]
    public async Task TwoReplicas_OneMerges_BothReadAll()
    {
        var leader = await WithLateAsync(DatabaseKind.Postgres);
        await using var other = await leader.ReplicaAsync();
        var start = leader.Now - (4 * Hour);
        for (var round = 0; round < 5; round++)
        {
            // Both store the same late sample, and one of their own.
            foreach (var (replica, own) in new[] { (leader, 10), (other, 20) })
            {
                replica.Append("load", start + round + 1000, round);
                replica.Append("load", start + round + (own * 1000), own);
            }
            await Task.WhenAll(leader.FlushAsync(), other.FlushAsync(), leader.Store.TidyAsync(default));
            Assert.False(await other.Store.TidyAsync(default));
        }
        var read = await ReadAsync(leader, "load");
        Assert.Equal(read, await ReadAsync(other, "load"));
        Assert.Equal(105 + 15, (await leader.ValuesAsync("load")).Length);

        await leader.DisposeAsync();
        other.Append("load", start + 30_000, 30);
        await other.FlushAsync();
        Assert.True(await other.Store.TidyAsync(default));
        Assert.Equal(0, await LateAsync(other));
        Assert.Equal(121, (await other.ValuesAsync("load")).Length);
        Assert.Equal(121, (await ChunksAsync(other)).Sum(chunk => chunk.Count));
    }
}
