using System.Diagnostics;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;

namespace OpsDashboard.Bench.Store;

/// <summary>Reads ten series over 24 h at one sample a second and thins each to 1,000 points, out of a file that holds 200.</summary>
static class ReadBench
{
    const int Stored = 200;
    const int Read = 10;
    const int Points = 1000;
    const int Day = 86_400;

    public static async Task<int> RunAsync(string[] _)
    {
        var time = new SetTime(new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));
        await using var bench = await BenchStore.OpenAsync(time);
        await FillAsync(bench, time);
        var to = time.Now.ToUnixTimeMilliseconds();
        Console.WriteLine($"{Stored} series, 24 h at 1 s: {new FileInfo(bench.File).Length / 1e6:0} MB, {bench.Store.Status.ChunkBytes / (double)bench.Store.Status.ChunkSamples:0.00} bytes a sample in chunks\n");
        Console.WriteLine("| run | ms | samples read | points |");
        Console.WriteLine("|---|---|---|---|");
        var times = new List<double>();
        for (var run = 0; run < 12; run++)
        {
            var start = Stopwatch.GetTimestamp();
            var selection = await bench.Store.SelectAsync([new("series", MatchKind.Regex, "[0-9]")], to - (Day * 1000L), to, SelectOptions.Raw, default);
            var points = selection.Series.Sum(series => Thinning.MinMax(series.Times, series.Values, Points).Times.Length);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Console.WriteLine($"| {(run == 0 ? "first" : run)} | {times[^1]:0.0} | {selection.Series.Sum(series => (long)series.Times.Length):N0} | {points:N0} |");
            if (selection.Series.Count != Read)
                throw new InvalidOperationException($"{selection.Series.Count} series instead of {Read}.");
        }
        var median = times.Skip(2).Order().ElementAt(5);
        Console.WriteLine($"\nMedian when warm: {median:0.0} ms.");
        return median <= 100 ? 0 : 1;
    }

    static async Task FillAsync(BenchStore bench, SetTime time)
    {
        var random = new Random(1);
        var series = Enumerable.Range(0, Stored).Select(i => bench.Store.Resolve(Labels.Of("bench", ("series", $"{i}")))).ToArray();
        var values = Enumerable.Range(0, Stored).Select(i => RealisticSeries.Kinds[i % RealisticSeries.Kinds.Length].Make(random)).ToArray();
        var batch = new PendingSample[Stored];
        for (var second = 0; second < Day; second++)
        {
            time.Now += TimeSpan.FromSeconds(1);
            for (var i = 0; i < batch.Length; i++)
                batch[i] = new(series[i], time.Now.ToUnixTimeMilliseconds(), values[i]());
            bench.Store.Append(batch);
            if (second % 60 == 59)
                await bench.Store.TickAsync(default);
        }
    }
}
