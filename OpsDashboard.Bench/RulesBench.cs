using System.Diagnostics;
using System.Globalization;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.Templates;
using OpsDashboard.Bench.Store;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Bench;

/// <summary>
/// <c>-- rules 10000</c>: that many rules <c>m{i="k"} &gt; 1</c>, one series each with five minutes of samples, one group, evaluated once for each of 30 seconds.
/// CPU is the process' own time; the machine's other work does not count, and appending the samples is left out.
/// </summary>
static class RulesBench
{
    const int Rounds = 30;
    const int History = 300;
    const double Reach = 100;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10_000;
        Console.WriteLine("| rules | firing | CPU ms a round, median | worst | bytes allocated a round |");
        Console.WriteLine("|---|---|---|---|---|");
        var isReached = true;
        foreach (var share in new[] { 0.0, 0.01, 1.0 })
            isReached &= await MeasureAsync(count, share) <= Reach || share > 0.01;
        return isReached ? 0 : 1;
    }

    static async Task<double> MeasureAsync(int count, double firing)
    {
        var time = new SetTime(new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));
        await using var bench = await BenchStore.OpenAsync(time);
        var series = Enumerable.Range(0, count).Select(i => bench.Store.Resolve(Labels.Of("m", ("i", $"{i}")))).ToArray();
        var values = Enumerable.Range(0, count).Select(i => i < count * firing ? 2.0 : 0.5).ToArray();
        var group = new RuleGroup("bench", null, [.. Enumerable.Range(0, count).Select(Rule)]);
        var run = new GroupRun("bench", group, new(new PromQlEngine(bench.Store, TimeProvider.System), bench.Store, TemplateSetting.None, TimeProvider.System));
        for (var second = 0; second < History; second++)
            Append(bench, time, series, values);
        var cpu = new List<double>();
        var bytes = new List<long>();
        for (var round = 0; round < Rounds + 5; round++)
        {
            Append(bench, time, series, values);
            var (before, allocated) = (Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes());
            await run.EvaluateAsync(time.Now, null, TimeProvider.System, default);
            cpu.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds);
            bytes.Add(GC.GetTotalAllocatedBytes() - allocated);
        }
        // The first rounds compile.
        cpu.RemoveRange(0, 5);
        if (run.Status.Rules.Any(rule => rule.Health != RuleHealth.Ok) || run.AlertRules.Sum(rule => rule.Open.Count) != (int)(count * firing))
            throw new InvalidOperationException("The rules were not evaluated as they should.");
        var median = cpu.Order().ElementAt(cpu.Count / 2);
        Console.WriteLine($"| {count:N0} | {firing:P0} | {median:0} | {cpu.Max():0} | {bytes[^1]:N0} |");
        return median;
    }

    static void Append(BenchStore bench, SetTime time, SeriesRef[] series, double[] values)
    {
        time.Now += TimeSpan.FromSeconds(1);
        var at = time.Now.ToUnixTimeMilliseconds();
        bench.Store.Append(series.Select((one, i) => new PendingSample(one, at, values[i])).ToArray());
    }

    static GroupRule Rule(int i) => new AlertRule($"Rule{i}", $"m{{i=\"{i}\"}} > 1", TimeSpan.FromMinutes(1), new Dictionary<string, string> { ["severity"] = "warning" },
        new Dictionary<string, string> { ["summary"] = "It is {{ $value }}" }, "rules.yml", i)
    { Id = $"bench/bench/Rule{i}" };
}
