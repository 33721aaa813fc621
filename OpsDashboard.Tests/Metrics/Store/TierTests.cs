using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using OpsDashboard.Metrics.Store.Aggregates;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

/// <summary>Aggregates and retention, on every database.</summary>
public sealed class TierTests
{
    const long Minute = 60_000;
    const long Hour = 60 * Minute;
    const long Day = 24 * Hour;

    [Theory, OnEveryDatabase]
    public async Task Aggregate_OfGauge_IsWhatTheSamplesSay(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        var start = store.Now;
        store.Time.Advance(TimeSpan.FromHours(2));
        for (var i = 0; i < 240; i++)
            store.Append("gauge", start + (i * 30_000), i == 7 ? StaleMarker.Value : i);
        var expected = await AggregateAsync(store, "gauge", start, start + Hour - 1, Hour);
        await store.SealAsync(start + (2 * Hour));
        Assert.True(await store.Store.TidyAsync(default));

        var hour = Assert.Single(await AggregateAsync(store, "gauge", start, start + Hour - 1, Hour));
        Assert.Equal(new(start, 0, 119, (119 * 120 / 2) - 7, 119, 119, start + (119 * 30_000), 0), hour);
        Assert.Equal(expected, [hour]);
        var minutes = await AggregateAsync(store, "gauge", start, start + (10 * Minute) - 1, Minute);
        Assert.Equal(new(start + (3 * Minute), 6, 6, 6, 1, 6, start + (3 * Minute), 0), minutes[3]);
        Assert.Equal(10, minutes.Count);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => AggregateAsync(store, "gauge", start, start, 1000));
    }

    [Theory, OnEveryDatabase]
    public async Task Range_NarrowerThanItsTier_ReachesOverTwoSamples(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind, options => options.MinuteRetention = TimeSpan.FromDays(11));
        var start = store.Now;
        store.Time.Advance(TimeSpan.FromHours(6));
        for (var i = 0; i < 6 * 120; i++)
            store.Append("requests_total", start + (i * 30_000), i * 15);
        await store.SealAsync(start + (6 * Hour));
        Assert.True(await store.Store.TidyAsync(default));
        var engine = new OpsDashboard.Metrics.PromQl.PromQlEngine(store.Store, store.Time);

        foreach (var (days, step) in new[] { (10.5, Minute), (12.0, Hour) })
        {
            store.Time.Advance(TimeSpan.FromDays(days) - TimeSpan.FromMilliseconds(store.Now - start));
            Assert.True(await store.Store.TidyAsync(default));
            var (from, to) = (start + (3 * Hour) + 17_000, start + (5 * Hour));
            foreach (var (text, expected) in new[] { ("rate(requests_total[1m])", 0.5), ("count_over_time(requests_total[10s]) > bool 1", 1), ("requests_total > bool 0", 1) })
            {
                var series = Assert.Single((await engine.Parse(text).RangeAsync(from, to, 10 * Minute, new(Step: 10 * Minute), default)).Series);
                Assert.Equal(12, series.Samples.Count);
                Assert.All(series.Samples, sample => Assert.Equal(expected, sample.Value, 2));
            }
            var coarse = (await store.Store.SelectAsync([LabelMatcher.Metric("requests_total")], from, to, new(Step: 10 * Minute), default)).Coarse;
            Assert.Equal(step, Assert.Single(coarse!).Step);
        }
    }

    [Theory, OnEveryDatabase]
    public async Task Aggregate_OfCounter_CorrectsResets(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        var start = store.Now;
        store.Time.Advance(TimeSpan.FromHours(3));
        for (var i = 0; i < 180; i++)
            store.Append("requests_total", start + (i * Minute), i < 90 ? 100 + i : i - 90);
        await store.SealAsync(start + (3 * Hour));
        Assert.True(await store.Store.TidyAsync(default));

        var hours = await AggregateAsync(store, "requests_total", start, start + (3 * Hour) - 1, Hour);

        // The second hour grew by 30, fell to 0 and grew by 29; the third by 60 from the last of the second on.
        Assert.Equal([59, 59, 60], hours.Select(hour => hour.Increase));
        Assert.Equal(178, (await AggregateAsync(store, "requests_total", start, start + (3 * Hour) - 1, 3 * Hour)).Sum(hour => hour.Increase));
    }

    [Theory, OnEveryDatabase]
    public async Task LateSample_ChangesTheAggregateOfItsHour(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        var start = store.Now;
        store.Time.Advance(TimeSpan.FromHours(3));
        for (var i = 0; i < 180; i++)
            store.Append("gauge", start + (i * Minute), 1);
        await store.SealAsync(start + (3 * Hour));
        Assert.True(await store.Store.TidyAsync(default));
        store.Append("gauge", start + Hour + 1, 50);
        await store.FlushAsync();
        Assert.True(await store.Store.TidyAsync(default));

        var hours = await AggregateAsync(store, "gauge", start, start + (3 * Hour) - 1, Hour);

        Assert.Equal([1, 50, 1], hours.Select(hour => hour.Max));
        Assert.Equal([60, 61, 60], hours.Select(hour => hour.Count));
        await store.CrashAsync();
        Assert.Equal(hours, await AggregateAsync(store, "gauge", start, start + (3 * Hour) - 1, Hour));
    }

    [Theory, OnEveryDatabase]
    public async Task Retention_KeepsEachTierItsTime(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        var start = store.Now;
        store.Time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 360; i++)
            store.Append("gauge", start + (i * 10_000), i);
        await store.SealAsync(start + Hour);
        await store.Store.TidyAsync(default);

        store.Time.Advance(TimeSpan.FromDays(11));
        store.Append("gauge", store.Now, -1);
        await store.SealAsync(store.Now - Hour);
        Assert.True(await store.Store.TidyAsync(default));
        Assert.Equal(new double[] { -1 }, await store.ValuesAsync("gauge"));
        var wide = await store.Store.SelectAsync([LabelMatcher.Metric("gauge")], start, store.Now, new(Step: Minute), default);
        Assert.Equal(61, Assert.Single(wide.Series).Times.Length);
        Assert.Equal(start + 50_000, wide.Series[0].Times[0]);
        Assert.Contains("the last value of each minute", Assert.Single(wide.Warnings));
        Assert.Equal(60, (await AggregateAsync(store, "gauge", start, start + Hour - 1, Minute)).Count);

        store.Time.Advance(TimeSpan.FromDays(90));
        Assert.True(await store.Store.TidyAsync(default));
        var hour = Assert.Single(await AggregateAsync(store, "gauge", start, start + Hour - 1, Hour));
        Assert.Equal((0, 359, 360), (hour.Min, hour.Max, hour.Count));
        var far = await store.Store.SelectAsync([LabelMatcher.Metric("gauge")], start, start + Day, new(Step: Hour), default);
        Assert.Equal(new double[] { 359 }, Assert.Single(far.Series).Values);

        store.Time.Advance(TimeSpan.FromDays(3 * 365));
        Assert.True(await store.Store.TidyAsync(default));
        Assert.Empty(await AggregateAsync(store, "gauge", start, start + Hour - 1, Hour));
    }

    [Theory, OnEveryDatabase]
    public async Task Select_RawOnly_NeverReadsATier(DatabaseKind kind)
    {
        await using var store = await StoreFixture.CreateAsync(kind);
        var start = store.Now;
        for (var i = 0; i < 48; i++)
        {
            for (var j = 0; j < 10; j++)
                store.Append("gauge", start + (i * Hour) + (j * 1000), j);
            await store.SealAsync(start + (i * Hour) + Minute);
            store.Time.Advance(TimeSpan.FromHours(1));
        }
        Assert.True(await store.Store.TidyAsync(default));
        LabelMatcher[] matchers = [LabelMatcher.Metric("gauge")];

        var raw = await store.Store.SelectAsync(matchers, start, store.Now, new(Step: Hour, RawOnly: true), default);
        var coarse = await store.Store.SelectAsync(matchers, start, store.Now, new(Step: Minute), default);

        Assert.Equal(480, raw.Series[0].Times.Length);
        Assert.Empty(raw.Warnings);
        Assert.InRange(coarse.Series[0].Times.Length, 48, 60);
        Assert.Single(coarse.Warnings);
        Assert.True(coarse.Series[0].Times.SequenceEqual(coarse.Series[0].Times.Distinct().Order()));
    }

    [Fact]
    public void AggregateBlob_AnyAggregates_AreTheSameAfterwards()
    {
        var random = new Random(1);
        var spans = Enumerable.Range(0, 1440).Select(i => new Aggregate(i * Minute, random.NextDouble(), double.PositiveInfinity, random.Next(), random.Next(1, 60), -0.0, (i * Minute) + 59_000, random.Next(100))).ToArray();
        Assert.Equal(spans, AggregateBlob.Decode(AggregateBlob.Encode(spans)));
        Assert.Empty(AggregateBlob.Decode(AggregateBlob.Encode([])));
    }

    static async Task<IReadOnlyList<Aggregate>> AggregateAsync(StoreFixture store, string metric, long from, long to, long step) =>
        (await store.Store.AggregateAsync([LabelMatcher.Metric(metric)], from, to, step, default)).Series.SingleOrDefault()?.Spans ?? [];
}
