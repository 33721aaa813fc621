using System.Diagnostics;
using System.Globalization;

namespace OpsDashboard.Bench.Collect;

/// <summary>
/// <c>scrape [seconds] [published folder]</c>: what it costs to scrape and store 4 targets of 5,000 series at 1 s; the program and, where it is installed, a real
/// Prometheus scrape the same generator at the same time.
/// </summary>
static class ScrapeBench
{
    // The runtime compiles the hot paths anew while they run; on a busy machine that takes this long, and Prometheus has nothing of the kind.
    const int Targets = 4, Series = 5000, WarmUpSeconds = 90;

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 120;
        using var launch = new Launch(args.ElementAtOrDefault(1));
        var port = await launch.GeneratorAsync(Series);
        var (program, client) = await launch.ProgramAsync(Job(port, "\n    component: api"));
        var prometheus = await PrometheusAsync(launch, port);
        Console.WriteLine($"{Targets} targets x {Series} series at 1 s; {WarmUpSeconds} s to warm up, then {seconds} s measured");
        await Launch.WaitAsync(TimeSpan.FromSeconds(WarmUpSeconds));
        var samplesBefore = await SelfText.ReadAsync(client, "samplestore_samples_appended_total");
        var (programBefore, prometheusBefore, started) = (ProcessUse.Of(program.Id), prometheus is null ? default : ProcessUse.Of(prometheus.Id), Stopwatch.GetTimestamp());
        await Launch.WaitAsync(TimeSpan.FromSeconds(seconds));
        var (programAfter, prometheusAfter, elapsed) = (ProcessUse.Of(program.Id), prometheus is null ? default : ProcessUse.Of(prometheus.Id), Stopwatch.GetElapsedTime(started).TotalSeconds);
        var samples = await SelfText.ReadAsync(client, "samplestore_samples_appended_total") - samplesBefore;
        var missed = await SelfText.ReadAsync(client, "collectors_missed_ticks_total");
        Console.WriteLine("| | CPU-s per million samples | share of a core | resident | peak |");
        Console.WriteLine("|---|---|---|---|---|");
        Print("OpsDashboard", programBefore, programAfter, elapsed, samples);
        if (prometheus is not null)
            Print("Prometheus", prometheusBefore, prometheusAfter, elapsed, Targets * Series * elapsed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"samples stored by OpsDashboard: {samples:N0} in {elapsed:0.0} s; missed ticks {missed}"));
        return 0;
    }

    static void Print(string name, ProcessUse before, ProcessUse after, double elapsed, double samples)
    {
        var cpu = after.CpuSeconds - before.CpuSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {cpu / samples * 1e6:0.00} | {cpu / elapsed * 100:0.0} % | {after.ResidentBytes / 1048576.0:0} MB | {after.PeakBytes / 1048576.0:0} MB |"));
    }

    static string Job(int port, string component) =>
        "global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n" + string.Concat(Enumerable.Range(0, Targets).Select(target =>
            $"  - job_name: bench-{target}{component}\n    metrics_path: /metrics/{target}\n    static_configs: [ {{ targets: [\"127.0.0.1:{port}\"] }} ]\n"));

    static async Task<Process?> PrometheusAsync(Launch launch, int port)
    {
        var binary = new[] { "/usr/bin/prometheus", "/usr/local/bin/prometheus" }.FirstOrDefault(File.Exists);
        if (binary is null)
        {
            Console.WriteLine("prometheus is not installed: only the program is measured");
            return null;
        }
        var file = Path.Combine(launch.Folder, "prometheus.yml");
        await File.WriteAllTextAsync(file, Job(port, ""));
        var own = Launch.FreePort();
        // Its log goes to standard error; only errors are of interest here.
        var process = launch.Start(binary, [$"--config.file={file}", $"--storage.tsdb.path={Path.Combine(launch.Folder, "tsdb")}", $"--web.listen-address=127.0.0.1:{own}", "--log.level=error"], []);
        await Launch.AnswersAsync(new($"http://127.0.0.1:{own}/-/ready"));
        return process;
    }
}
