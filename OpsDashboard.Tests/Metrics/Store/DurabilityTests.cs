using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

/// <summary>What survives, on every database.</summary>
public sealed class DurabilityTests
{
    const long Minute = 60_000;
    const long Hour = 60 * Minute;

    [Theory, OnEveryDatabase]
    public async Task Crash_LosesOnlyWhatWasNotWritten(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        store.Append("up", store.Now, 1);
        store.Append("up", store.Now + 1, StaleMarker.Value);
        await store.FlushAsync();
        store.Append("up", store.Now + 2, 3);

        await store.CrashAsync();

        var read = await store.ReadAsync("up");
        Assert.Equal([store.Now, store.Now + 1], read!.Times);
        Assert.True(StaleMarker.Is(read.Values[1]));
        Assert.Equal(new(1, 0, 0, 0), store.Append("up", store.Now, 1));
        Assert.Equal(new(0, 1, 0, 0), store.Append("up", store.Now, 2));
    }

    [Theory, OnEveryDatabase]
    public async Task AppendDurable_Returned_SurvivesTheCrash(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        var series = store.Store.Resolve(Labels.Of("written", ("who", "naïve \"quoted\"\n")));
        var outcome = await store.Store.AppendDurableAsync(new PendingSample[] { new(series, store.Now, 7), new(series, store.Now - (24 * Hour), 6), new(series, store.Now, 8) }, default);
        Assert.Equal(new(2, 1, 0, 0), outcome);

        await store.CrashAsync();

        Assert.Equal(new double[] { 6, 7 }, await store.ValuesAsync("written"));
        Assert.Equal("naïve \"quoted\"\n", (await store.ReadAsync("written"))!.Labels["who"]);
    }

    [Theory, OnEveryDatabase]
    public async Task Seal_MovesSamplesToChunksAndTrimsTheLog(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        for (var i = 0; i < 3000; i++)
            store.Append("up", store.Now + (i * 10), i);
        var cut = store.Now + 15_000;
        await store.SealAsync(cut);

        Assert.Equal(3000, (await store.ValuesAsync("up")).Length);
        Assert.Equal(1, store.Store.Status.Chunks);
        Assert.Equal(1501, store.Store.Status.ChunkSamples);
        await store.CrashAsync();
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (double)i), await store.ValuesAsync("up"));
        Assert.Equal(new double[] { 1500, 1501 }, await store.ValuesAsync("up", cut, cut + 10));
        // What was sealed before the crash came back from the log as well, and was recognised.
        await store.SealAsync(cut + 60_000);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (double)i), await store.ValuesAsync("up"));
        Assert.Equal(0, store.Store.Status.ProblemCount);
    }

    [Theory, OnEveryDatabase]
    public async Task Seal_EverythingOfASeries_EvictsItAndItComesBack(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        var series = store.Store.Resolve(Labels.Of("up"));
        store.Store.Append([new(series, store.Now, 1)]);
        await store.SealAsync(store.Now);

        Assert.True(series.IsEvicted);
        Assert.Equal(0, store.Store.Status.LiveSeries);
        Assert.Equal(new(1, 0, 0, 0), store.Store.Append([new(series, store.Now + 1, 2)]));
        Assert.Equal(new double[] { 1, 2 }, await store.ValuesAsync("up"));
        Assert.NotSame(series, store.Store.Resolve(Labels.Of("up")));
        Assert.Equal(1, store.Store.Status.KnownSeries);
    }

    [Theory, OnEveryDatabase]
    public async Task Seal_Interrupted_IsDoneAnewWithoutDoubles(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        for (var i = 0; i < 1200; i++)
            store.Append($"m{i}", store.Now, i);
        await store.FlushAsync();
        store.Database.CommitsLeft = 1;
        Assert.False(await store.Store.SealAsync(store.Now, default));
        store.Database.CommitsLeft = int.MaxValue;
        Assert.Equal(new(0, 1, 0, 0), store.Append("m5", store.Now, 99));
        Assert.Equal(new double[] { 5 }, await store.ValuesAsync("m5"));

        await store.CrashAsync();
        Assert.Equal(new double[] { 5 }, await store.ValuesAsync("m5"));
        await store.SealAsync(store.Now);
        Assert.Equal(new double[] { 5 }, await store.ValuesAsync("m5"));
        Assert.Equal(1200, store.Store.Status.Chunks);
    }

    [Theory, OnEveryDatabase]
    public async Task Late_IsVisibleAtOnceMergedAndKept(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        for (var i = 0; i < 10; i++)
            store.Append("up", store.Now + (i * 1000), i);
        await store.SealAsync(store.Now + 20_000);
        Assert.Equal(new(1, 0, 0, 0), store.Append("up", store.Now + 500, 0.5));
        Assert.Equal(new(1, 0, 0, 0), store.Append("up", store.Now - (9 * 24 * Hour), -9));
        var expected = new[] { -9, 0, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

        Assert.Equal(expected, await store.ValuesAsync("up"));
        await store.FlushAsync();
        Assert.Equal(expected, await store.ValuesAsync("up"));
        await store.CrashAsync();
        Assert.Equal(expected, await store.ValuesAsync("up"));
    }

    [Theory, OnEveryDatabase]
    public async Task Late_SameTimeAgain_FirstWinsAndIsCounted(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        var old = store.Now - (24 * Hour);
        store.Append("up", old, 1);
        Assert.Equal(new(1, 0, 0, 0), store.Append("up", old, 1));
        Assert.Equal(new(0, 1, 0, 0), store.Append("up", old, 2));
        await store.FlushAsync();
        // The collected one cannot wait for the database and is told later, by the counter; the acknowledged one is.
        store.Append("up", old, 3);
        await store.FlushAsync();
        Assert.Equal(2, store.Store.Status.RefusedConflicting);
        var series = store.Store.Resolve(Labels.Of("up"));
        Assert.Equal(new(1, 1, 0, 0), await store.Store.AppendDurableAsync(new PendingSample[] { new(series, old, 4), new(series, old, 1) }, default));

        Assert.Equal(new double[] { 1 }, await store.ValuesAsync("up"));
        Assert.Equal(3, store.Store.Status.RefusedConflicting);
    }

    [Theory, OnEveryDatabase]
    public async Task Outage_BuffersSaysSoAndCatchesUp(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        store.Database.IsAway = true;
        for (var second = 0; second < 60; second++)
        {
            store.Append("up", store.Now, second);
            await store.Store.TickAsync(default);
            store.Time.Advance(TimeSpan.FromSeconds(1));
        }
        var during = store.Store.Status;
        Assert.False(during.IsHealthy);
        Assert.Equal("The database is away", during.LastError);
        Assert.Equal(60, during.BufferedSamples);
        Assert.Equal(TimeSpan.FromSeconds(60), during.Lag);
        var series = store.Store.Resolve(Labels.Of("acknowledged"));
        await Assert.ThrowsAsync<IOException>(() => store.Store.AppendDurableAsync(new PendingSample[] { new(series, store.Now, 1) }, default));

        store.Database.IsAway = false;
        await store.Store.TickAsync(default);

        Assert.True(store.Store.Status.IsHealthy);
        Assert.Equal((0, TimeSpan.Zero), (store.Store.Status.BufferedSamples, store.Store.Status.Lag));
        await store.CrashAsync();
        Assert.Equal(60, (await store.ValuesAsync("up")).Length);
    }

    [Theory, OnEveryDatabase]
    public async Task Outage_LongerThanTheBuffer_IsCountedAndStillSealed(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind, options => options.MaxBufferedSamples = 10);
        store.Database.IsAway = true;
        for (var i = 0; i < 25; i++)
        {
            store.Append("up", store.Now + i, i);
            await store.FlushAsync();
        }
        Assert.Equal(15, store.Store.Status.BufferOverflow);
        Assert.Equal(10, store.Store.Status.BufferedSamples);
        store.Database.IsAway = false;

        await store.SealAsync(store.Now + 100);
        await store.CrashAsync();

        Assert.Equal(25, (await store.ValuesAsync("up")).Length);
    }

    [Theory, OnEveryDatabase]
    public async Task Chunk_Damaged_IsLeftOutAndNamed(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        store.Append("up", store.Now, 1);
        await store.SealAsync(store.Now);
        store.Append("up", store.Now + 1, 2);
        store.Database.Damage = data =>
        {
            data[^6] ^= 1;
            return data;
        };

        var selection = await store.Store.SelectAsync([LabelMatcher.Metric("up")], 0, long.MaxValue, SelectOptions.Raw, default);

        Assert.Equal(new double[] { 2 }, Assert.Single(selection.Series).Values);
        Assert.Single(selection.Warnings);
        Assert.Equal(1, store.Store.Status.ProblemCount);
        Assert.Contains("is damaged and left out: The checksum is wrong.", store.Store.Status.Problems[0]);
    }

    [Theory, OnEveryDatabase]
    public async Task Metadata_Described_SurvivesAndTheLastWordWins(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        store.Store.Describe(new("requests_total", MetricKind.Gauge));
        await store.FlushAsync();
        store.Store.Describe(new("requests_total", MetricKind.Counter, "Requests.", "requests"));
        await store.FlushAsync();

        await store.CrashAsync();

        Assert.Equal(new("requests_total", MetricKind.Counter, "Requests.", "requests"), store.Store.Metadata["requests_total"]);
    }

    [Theory, OnEveryDatabase]
    public async Task Time_Passing_SealsByItself(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        var start = store.Now;
        for (var minute = 0; minute < 200; minute++)
        {
            store.Append("up", store.Now, minute);
            await store.Store.TickAsync(default);
            store.Time.Advance(TimeSpan.FromMinutes(1));
        }

        // 03:00 + 200 min = 06:20: sealed up to 06:00, as ten minutes of delay have passed.
        Assert.Equal(new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero), store.Store.Status.SealedUpTo);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => start + (i * Minute)), (await store.ReadAsync("up"))!.Times);
        var series = await store.Store.SeriesAsync([LabelMatcher.Metric("up")], start, start + Minute, default);
        Assert.Equal("up", Assert.Single(series).Metric);
        Assert.Empty(await store.Store.SeriesAsync([LabelMatcher.Metric("up")], start - Hour, start - 1, default));
    }

    [Theory, OnEveryDatabase]
    public async Task Memory_PastItsBytes_IsSealedEarly(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind, options => options.HeadBytes = 12_000);
        var random = new Random(1);
        for (var second = 0; second < 4000; second += 10)
        {
            for (var i = 0; i < 10; i++)
                store.Append("noise", store.Now + (i * 1000), random.NextDouble());
            await store.Store.TickAsync(default);
            store.Time.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.InRange(store.Store.Status.Chunks, 2, 100);
        Assert.Equal(4000, (await store.ValuesAsync("noise")).Length);
    }
}
