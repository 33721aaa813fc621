using System.Diagnostics;
using System.Globalization;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Collectors.Exposition;
using OpsDashboard.Metrics.Collectors.Hosting;
using OpsDashboard.Metrics.Collectors.Prometheus;

namespace OpsDashboard.Bench.Collect;

/// <summary><c>parse</c>: what one sample costs from the bytes of an exposition to the batch for the store, without network and store.</summary>
static class ParseBench
{
    const int Series = 5000, Rounds = 2000;

    public static Task<int> RunAsync(string[] args)
    {
        var bodies = Enumerable.Range(1, 4).Select(scrape => Generator.Exposition(0, Series, scrape)).ToArray();
        var target = new Target { SystemId = "bench", ComponentId = "api", Environment = "production", Job = "bench", Kind = "prometheus", Address = "a:1", Instance = "a:1", Options = new ScrapeOptions(), File = "", Line = 0 };
        var reader = new ScrapeReader(target, new());
        var run = new CollectRun(target, new NoStore(), TimeProvider.System);
        var reported = new ReportedSeries();
        var markers = new List<PendingSample>();
        void Round(int i)
        {
            run.Begin(i * 1000L);
            if (reader.Read(bodies[i % bodies.Length], ExpositionFormat.Text, run).Samples != Series)
                throw new InvalidDataException("The exposition was not read whole.");
            reported.Compare(run.Samples, i * 1000L, markers);
        }
        for (var i = 0; i < Rounds / 4; i++)
            Round(i);
        var (allocated, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var i = 0; i < Rounds; i++)
            Round(i);
        var samples = (double)Rounds * Series;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalNanoseconds / samples:0} ns and {(GC.GetAllocatedBytesForCurrentThread() - allocated) / samples:0.00} bytes allocated a sample"));
        return Task.FromResult(0);
    }

    sealed class NoStore : ISampleAppender
    {
        public SeriesRef Resolve(Labels labels) => new Series(labels);

        public void Describe(MetricMetadata metadata)
        {
        }

        public AppendOutcome Append(ReadOnlySpan<PendingSample> batch) => new(batch.Length, 0, 0, 0);

        public Task<AppendOutcome> AppendDurableAsync(ReadOnlyMemory<PendingSample> batch, CancellationToken stop) => Task.FromResult(Append(batch.Span));

        sealed class Series(Labels labels) : SeriesRef(labels)
        {
            public override bool IsEvicted => false;
        }
    }
}
