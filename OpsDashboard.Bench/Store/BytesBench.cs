using System.Diagnostics;
using OpsDashboard.Metrics.Store;
using OpsDashboard.Metrics.Store.Blobs;

namespace OpsDashboard.Bench.Store;

/// <summary>Stored bytes a sample of sealed two-hour chunks at one sample a second, by kind of series.</summary>
static class BytesBench
{
    const int Samples = 7200;

    public static Task<int> RunAsync(string[] _)
    {
        Console.WriteLine("| series | stamps | XOR | as stored |");
        Console.WriteLine("|---|---|---|---|");
        var regular = new List<double>();
        long encoded = 0, decoded = 0;
        foreach (var (name, isRegular, make) in RealisticSeries.Kinds)
        {
            foreach (var jitter in new[] { 0, 3 })
            {
                var random = new Random(7);
                var next = make(random);
                var times = Enumerable.Range(0, Samples).Select(i => 1_790_000_000_000 + (i * 1000L) + random.Next(-jitter, jitter + 1)).ToArray();
                var values = times.Select(_ => next()).ToArray();
                var xor = ChunkBlob.EncodeXor(times, values).Length / (double)Samples;
                var start = Stopwatch.GetTimestamp();
                var blob = ChunkBlob.Encode(times, values);
                encoded += Stopwatch.GetTimestamp() - start;
                start = Stopwatch.GetTimestamp();
                ChunkBlob.Decode(blob, new SampleBuffer(Samples), long.MinValue, long.MaxValue);
                decoded += Stopwatch.GetTimestamp() - start;
                if (isRegular)
                    regular.Add(blob.Length / (double)Samples);
                Console.WriteLine($"| {name}{(isRegular ? "" : " (irregular)")} | {(jitter == 0 ? "exact" : $"±{jitter} ms")} | {xor:0.00} | {blob.Length / (double)Samples:0.00} |");
            }
        }
        var each = Stopwatch.Frequency / 1e9 * Samples * RealisticSeries.Kinds.Length * 2;
        Console.WriteLine($"\nRegular series on average {regular.Average():0.00} bytes a sample, the worst {regular.Max():0.00}; encoding {encoded / each:0} ns, decoding {decoded / each:0} ns a sample.");
        return Task.FromResult(regular.Average() <= 1.5 ? 0 : 1);
    }
}
