using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

/// <summary>What holds for samples in memory.</summary>
public sealed class HeadTests : IAsyncLifetime
{
    StoreFixture fixture = null!;
    SampleStore store = null!;
    FakeTimeProvider time = null!;
    long now;

    public async Task InitializeAsync()
    {
        fixture = await StoreFixture.CreateAsync(DatabaseKind.Sqlite);
        (store, time, now) = (fixture.Store, fixture.Time, fixture.Now);
    }

    public Task DisposeAsync() => fixture.DisposeAsync().AsTask();

    [Fact]
    public void Describe_ForEver_EndsAtItsLimit()
    {
        for (var i = 0; i < Head.MaxDescribed + 10; i++)
            store.Describe(new($"m{i}", MetricKind.Gauge));
        store.Describe(new("m0", MetricKind.Counter, new string('x', 100_000)));
        store.Describe(new(new string('n', 100_000), MetricKind.Counter));

        Assert.Equal(Head.MaxDescribed, store.Metadata.Count);
        Assert.Equal((MetricKind.Counter, Head.LongestHelp), (store.Metadata["m0"].Kind, store.Metadata["m0"].Help.Length));
    }

    [Fact]
    public async Task Append_ManySamples_AreReadBackInOrder()
    {
        for (var i = 0; i < 5000; i++)
            Append("up", now - 5_000_000 + (i * 1000L), i % 7 == 0 ? double.NaN : i * 0.1);

        var series = Assert.Single(await SelectAsync("up", now - 5_000_000, now));

        Assert.Equal(5000, series.Times.Length);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => now - 5_000_000 + (i * 1000L)), series.Times);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => i % 7 == 0 ? double.NaN : i * 0.1), series.Values);
    }

    [Fact]
    public async Task Select_Span_IsInclusiveAtBothEnds()
    {
        for (var i = 0; i < 10; i++)
            Append("up", now + i, i);

        Assert.Equal(new double[] { 3, 4, 5 }, Assert.Single(await SelectAsync("up", now + 3, now + 5)).Values);
        Assert.Empty(await SelectAsync("up", now + 10, now + 20));
    }

    [Fact]
    public async Task Append_StaleMarkerAndInfinities_KeepTheirBits()
    {
        double[] values = [StaleMarker.Value, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.NaN];
        for (var i = 0; i < values.Length; i++)
            Append("up", now + i, values[i]);

        var read = Assert.Single(await SelectAsync("up", now, now + 10)).Values;

        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), read.Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public async Task Append_OutOfOrder_IsReadInOrder()
    {
        var order = Enumerable.Range(0, 3000).ToArray();
        new Random(5).Shuffle(order);
        foreach (var i in order)
            Assert.Equal(new(1, 0, 0, 0), Append("up", now + i, i));

        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (double)i), Assert.Single(await SelectAsync("up", now, now + 3000)).Values);
    }

    [Fact]
    public async Task Append_SameTimeAgain_FirstWinsAndIsCounted()
    {
        foreach (var at in new[] { now, now + 2, now + 1 })
            Append("up", at, 1);
        foreach (var at in new[] { now, now + 1, now + 2 })
        {
            Assert.Equal(new(1, 0, 0, 0), Append("up", at, 1));
            Assert.Equal(new(0, 1, 0, 0), Append("up", at, 2));
        }

        Assert.Equal(new double[] { 1, 1, 1 }, Assert.Single(await SelectAsync("up", now, now + 10)).Values);
    }

    [Fact]
    public void Append_AheadOrTooOld_IsRefusedAndTheRestStored()
    {
        var series = store.Resolve(Labels.Of("up"));
        PendingSample[] batch = [new(series, now + 600_001, 1), new(series, now + 600_000, 2), new(series, now - 864_000_001, 3), new(series, now, 4)];

        Assert.Equal(new(2, 0, 1, 1), store.Append(batch));
    }

    [Theory]
    [InlineData("job", MatchKind.Equal, "a", "1 2")]
    [InlineData("job", MatchKind.NotEqual, "a", "3 4")]
    [InlineData("job", MatchKind.Equal, "", "4")]
    [InlineData("job", MatchKind.NotEqual, "", "1 2 3")]
    [InlineData("job", MatchKind.Regex, "a|b", "1 2 3")]
    [InlineData("job", MatchKind.Regex, "a|", "1 2 4")]
    [InlineData("job", MatchKind.Regex, ".*", "1 2 3 4")]
    [InlineData("job", MatchKind.Regex, ".+", "1 2 3")]
    [InlineData("job", MatchKind.NotRegex, "a|b", "4")]
    [InlineData("job", MatchKind.NotRegex, ".+", "4")]
    [InlineData("none", MatchKind.Equal, "", "1 2 3 4")]
    [InlineData("none", MatchKind.NotEqual, "", "")]
    public async Task Select_Matcher_FindsWhatPrometheusFinds(string name, MatchKind kind, string value, string expected)
    {
        Add(Labels.Of("m", ("job", "a"), ("n", "1")));
        Add(Labels.Of("m", ("job", "a"), ("n", "2")));
        Add(Labels.Of("m", ("job", "b"), ("n", "3")));
        Add(Labels.Of("m", ("n", "4")));
        Add(Labels.Of("other", ("job", "a"), ("n", "5")));

        var found = await store.SelectAsync([LabelMatcher.Metric("m"), new(name, kind, value)], now, now, SelectOptions.Raw, default);

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), found.Series.Select(series => series.Labels["n"]!).Order());
        Assert.Equal(found.Series.Count, (await store.SeriesAsync([LabelMatcher.Metric("m"), new(name, kind, value)], now, now, default)).Count);
    }

    [Fact]
    public void Follow_Batch_CallsEachObserverOnce()
    {
        var (ups, alls) = (0, 0);
        var series = store.Resolve(Labels.Of("up", ("job", "a")));
        using var all = store.Follow([], () => alls++);
        using (store.Follow([LabelMatcher.Metric("up")], () => ups++))
        {
            var later = store.Resolve(Labels.Of("up", ("job", "b")));
            var other = store.Resolve(Labels.Of("other"));
            store.Append([new(series, now, 1), new(later, now, 1), new(series, now + 1, 1)]);
            Assert.Equal((1, 1), (ups, alls));
            store.Append([new(other, now, 1)]);
            Assert.Equal((1, 2), (ups, alls));
        }
        store.Append([new(series, now + 2, 1)]);
        Assert.Equal((1, 3), (ups, alls));
    }

    [Fact]
    public async Task Resolve_PastTheCap_NamesCapAndSetting()
    {
        await using var capped = await StoreFixture.CreateAsync(DatabaseKind.Sqlite, options => options.MaxSeries = 1);
        var small = capped.Store;
        small.Resolve(Labels.Of("a"));
        Assert.Same(small.Resolve(Labels.Of("a")), small.Resolve(Labels.Of("a")));
        Assert.Contains("Metrics__MaxSeries", Assert.Throws<SeriesLimitException>(() => small.Resolve(Labels.Of("b"))).Message);
    }

    [Fact]
    public async Task Select_MoreThanTheLimit_SaysWhich()
    {
        for (var i = 0; i < 100; i++)
            Append("up", now + i, i);
        await Assert.ThrowsAsync<QueryLimitException>(async () => await store.SelectAsync([], now, now + 100, new(MaxSamples: 99), default));
    }

    [Fact]
    public async Task Select_WhileAppending_NeverSeesATornChunk()
    {
        const int Total = 200_000;
        var series = store.Resolve(Labels.Of("up"));
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < Total; i++)
                store.Append([new(series, now + i, i)]);
        });
        while (!writer.IsCompleted)
        {
            foreach (var read in await SelectAsync("up", now, long.MaxValue))
            {
                Assert.Equal(read.Values.Length - 1, read.Values[^1]);
                Assert.Equal(now + read.Times.Length - 1, read.Times[^1]);
            }
        }
        await writer;
        Assert.Equal(Total, Assert.Single(await SelectAsync("up", now, long.MaxValue)).Times.Length);
    }

    [Fact]
    public void Clock_SetBack_StandsStillAndSaysSo()
    {
        var clock = new MonotoneClock(time);
        var before = clock.Now;
        time.StepWallClock(TimeSpan.FromHours(-1));
        Assert.Equal(before, clock.Now);
        Assert.Equal(TimeSpan.FromHours(1), clock.Behind);
    }

    AppendOutcome Append(string metric, long at, double value) => store.Append([new(store.Resolve(Labels.Of(metric)), at, value)]);

    void Add(Labels labels) => store.Append([new(store.Resolve(labels), now, 1)]);

    async Task<IReadOnlyList<SelectedSeries>> SelectAsync(string metric, long from, long to) =>
        (await store.SelectAsync([LabelMatcher.Metric(metric)], from, to, SelectOptions.Raw, default)).Series;
}
