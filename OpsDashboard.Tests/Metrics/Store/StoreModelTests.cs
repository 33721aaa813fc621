using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

/// <summary>Random histories of appends, seals, late samples, compactions and crashes, against a dictionary that does the same in the obvious way.</summary>
public sealed class StoreModelTests
{
    [Theory, OnEveryDatabase]
    public async Task AnyHistory_ReadsBackWhatWasAccepted(DatabaseKind kind)
    {
        for (var seed = 1; seed <= 8; seed++)
            await RunAsync(kind, seed);
    }

    static async Task RunAsync(DatabaseKind kind, int seed)
    {
        var random = new Random(seed);
        await using var store = await StoreFixture.CreateAsync(kind);
        var model = new Dictionary<string, SortedDictionary<long, double>>();
        for (var step = 0; step < 120; step++)
        {
            switch (random.Next(10))
            {
                case 0:
                    await store.SealAsync(store.Now - random.Next(0, 600_000));
                    break;
                case 1:
                    await store.FlushAsync();
                    await store.CrashAsync();
                    break;
                case 2:
                    await store.FlushAsync();
                    store.Time.Advance(TimeSpan.FromSeconds(random.Next(1, 2000)));
                    break;
                case 3:
                    store.Database.CommitsLeft = random.Next(3);
                    await store.Store.SealAsync(store.Now - random.Next(0, 600_000), default);
                    await store.FlushAsync();
                    store.Database.CommitsLeft = int.MaxValue;
                    break;
                case 4:
                    store.Database.CommitsLeft = random.Next(2) == 0 ? random.Next(12) : int.MaxValue;
                    await store.Store.TidyAsync(default);
                    store.Database.CommitsLeft = int.MaxValue;
                    break;
                default:
                    await AppendAsync(store, model, random);
                    break;
            }
        }
        await store.FlushAsync();
        foreach (var (metric, samples) in model)
        {
            var read = await store.ReadAsync(metric);
            Assert.True(samples.Keys.SequenceEqual(read!.Times) && samples.Values.SequenceEqual(read.Values), $"seed {seed}, {metric}: {samples.Count} samples expected, {read.Times.Length} read");
        }
    }

    /// <summary>Acknowledged, so that the outcome is exact for late samples too.</summary>
    static async Task AppendAsync(StoreFixture store, Dictionary<string, SortedDictionary<long, double>> model, Random random)
    {
        var metric = $"m{random.Next(3)}";
        if (!model.TryGetValue(metric, out var samples))
            model[metric] = samples = [];
        var batch = new PendingSample[random.Next(1, 60)];
        var series = store.Store.Resolve(Labels.Of(metric));
        var start = store.Now - (random.Next(4) == 0 ? random.Next(0, 800_000_000) : random.Next(0, 900_000));
        var (accepted, conflicting) = (0, 0);
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = new(series, start + (random.Next(5) == 0 ? random.Next(-60, 60) * 1000L : i * 1000L), random.Next(4));
            if (samples.TryAdd(batch[i].At, batch[i].Value) || samples[batch[i].At].Equals(batch[i].Value))
                accepted++;
            else
                conflicting++;
        }
        Assert.Equal(new(accepted, conflicting, 0, 0), await store.Store.AppendDurableAsync(batch, default));
    }
}
