using System.Diagnostics;
using OpsDashboard.Metrics;

namespace OpsDashboard.Bench.Store;

/// <summary>
/// The store alone under 4 targets × 5,000 series at one sample a second in real time: resident memory and processor time.
/// The argument is how many seconds; with a second argument so many virtual seconds run at each real one.
/// </summary>
static class MemoryBench
{
    const int Targets = 4;
    const int Series = 5000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? int.Parse(arguments[0]) : 120;
        var speed = arguments.Length > 1 ? int.Parse(arguments[1]) : 1;
        var time = new SetTime(TimeProvider.System.GetUtcNow());
        await using var bench = await BenchStore.OpenAsync(time);
        var random = new Random(1);
        var values = Enumerable.Range(0, Series).Select(i => RealisticSeries.Kinds[i % RealisticSeries.Kinds.Length].Make(random)).ToArray();
        var batches = Enumerable.Range(0, Targets).Select(target => Enumerable.Range(0, Series)
            .Select(i => new PendingSample(bench.Store.Resolve(Labels.Of($"metric_{i % 100}", ("system", "bench"), ("component", "api"), ("instance", $"target-{target}"), ("series", $"{i}"))), 0, 0)).ToArray()).ToArray();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var process = Process.GetCurrentProcess();
        Console.WriteLine("| virtual s | resident MB | managed MB | CPU s | chunks | file MB |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var highest = 0.0;
        for (var second = 1; second <= seconds; second++)
        {
            time.Now += TimeSpan.FromSeconds(1);
            foreach (var batch in batches)
            {
                for (var i = 0; i < batch.Length; i++)
                    batch[i] = batch[i] with { At = time.Now.ToUnixTimeMilliseconds(), Value = values[i]() };
                bench.Store.Append(batch);
            }
            await bench.Store.TickAsync(default);
            process.Refresh();
            highest = Math.Max(highest, process.WorkingSet64 / 1e6);
            if (second % Math.Max(1, seconds / 20) == 0)
                Console.WriteLine($"| {second} | {process.WorkingSet64 / 1e6:0} | {GC.GetTotalMemory(false) / 1e6:0} | {process.TotalProcessorTime.TotalSeconds:0.0} | {bench.Store.Status.Chunks:N0} | {new FileInfo(bench.File).Length / 1e6:0} |");
            if (second % speed == 0)
                await ticks.WaitForNextTickAsync();
        }
        var samples = (double)seconds * Targets * Series;
        Console.WriteLine($"\nHighest {highest:0} MB; {process.TotalProcessorTime.TotalSeconds / samples * 1e6:0.00} CPU-seconds per million samples, the making of their values included.");
        return highest <= 250 ? 0 : 1;
    }
}
