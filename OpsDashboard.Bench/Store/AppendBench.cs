using System.Diagnostics;
using OpsDashboard.Metrics;

namespace OpsDashboard.Bench.Store;

/// <summary>Samples a second that one thread appends to the head, with resolved series, and bytes allocated a sample.</summary>
static class AppendBench
{
    const int Series = 5000;

    public static async Task<int> RunAsync(string[] _)
    {
        var time = new SetTime(new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero));
        await using var bench = await BenchStore.OpenAsync(time);
        var random = new Random(1);
        var batch = Enumerable.Range(0, Series).Select(i => new PendingSample(bench.Store.Resolve(Labels.Of("bench", ("series", $"{i}"))), 0, 0)).ToArray();
        var values = Enumerable.Range(0, Series).Select(i => RealisticSeries.Kinds[i % RealisticSeries.Kinds.Length].Make(random)).ToArray();
        Console.WriteLine("| round | samples/s, one core | bytes allocated a sample |");
        Console.WriteLine("|---|---|---|");
        var best = 0.0;
        for (var round = 1; round <= 6; round++)
        {
            var (samples, ticks, allocated) = (0L, 0L, 0L);
            for (var second = 0; second < 300; second++)
            {
                time.Now += TimeSpan.FromSeconds(1);
                var at = time.Now.ToUnixTimeMilliseconds();
                for (var i = 0; i < batch.Length; i++)
                    batch[i] = batch[i] with { At = at, Value = values[i]() };
                var before = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                samples += bench.Store.Append(batch).Accepted;
                ticks += Stopwatch.GetTimestamp() - start;
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                // As the second's write-ahead record does, outside the measured time.
                await bench.Store.FlushAsync(durable: false, default);
            }
            var rate = samples / Stopwatch.GetElapsedTime(0, ticks).TotalSeconds;
            best = Math.Max(best, rate);
            Console.WriteLine($"| {round} | {rate / 1e6:0.00} M | {allocated / (double)samples:0.00} |");
        }
        return best >= 2e6 ? 0 : 1;
    }
}
