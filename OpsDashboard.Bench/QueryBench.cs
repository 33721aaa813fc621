using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OpsDashboard.Bench.Collect;

namespace OpsDashboard.Bench;

/// <summary>
/// <c>queries [rounds]</c>: range queries over 24 h of 1,000 series at 15 s (a histogram: 20 instances × 5 paths × 10 buckets), asked in turn of the program and of
/// a real Prometheus that hold the same file, at a step of 15 s. What is measured is the answer until its last byte, and the processor time of each process.
/// </summary>
static class QueryBench
{
    const int Instances = 20, Paths = 5, Interval = 15, Hours = 24;

    /// <summary>Prometheus 2.42 counts a sample on the left edge of a range, 3 and this program do not: no sample lies on one.</summary>
    const int OffTheEdge = 307;
    static readonly string[] Bounds = ["0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "+Inf"];
    static readonly string[] Expressions = ["rate(lat_bucket[5m])", "sum by (p, le) (rate(lat_bucket[5m]))", "histogram_quantile(0.95, sum by (p, le) (rate(lat_bucket[5m])))"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 7;
        using var launch = new Launch();
        var end = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 3600 * 3600 - 3600;
        var file = Path.Combine(launch.Folder, "samples.txt");
        Write(file, end);
        var (program, own) = await ProgramAsync(launch, file);
        var (prometheus, other) = await PrometheusAsync(launch, file);
        Console.WriteLine("| query | OpsDashboard ms, median | Prometheus ms, median | ratio pair by pair: min / median / max | OpsDashboard CPU ms | Prometheus CPU ms | series |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var expression in Expressions)
        {
            var path = $"api/v1/query_range?query={Uri.EscapeDataString(expression)}&start={end - (Hours * 3600) + OffTheEdge}&end={end}&step={Interval}";
            var count = await SameAsync(own, other, path);
            var (mine, theirs) = (new List<(double Ms, double Cpu)>(), new List<(double Ms, double Cpu)>());
            for (var i = 0; i < rounds; i++)
            {
                mine.Add(await AskAsync(own, program, path));
                theirs.Add(await AskAsync(other, prometheus, path));
            }
            var ratios = mine.Zip(theirs, (a, b) => a.Ms / b.Ms).Order().ToArray();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| `{expression}` | {Median(mine.Select(one => one.Ms)):0} | {Median(theirs.Select(one => one.Ms)):0} | {ratios[0]:0.00} / {ratios[ratios.Length / 2]:0.00} / {ratios[^1]:0.00} | {Median(mine.Select(one => one.Cpu)):0} | {Median(theirs.Select(one => one.Cpu)):0} | {count} |"));
        }
        return 0;
    }

    static void Write(string file, long end)
    {
        using var text = new StreamWriter(file, append: false, new UTF8Encoding(false), 1 << 20);
        text.Write("# TYPE lat_bucket unknown\n");
        for (var instance = 0; instance < Instances; instance++)
        {
            for (var path = 0; path < Paths; path++)
            {
                for (var bound = 0; bound < Bounds.Length; bound++)
                {
                    var labels = $"lat_bucket{{i=\"{instance}\",p=\"/p{path}\",le=\"{Bounds[bound]}\"}}";
                    // Whole and rising, unevenly, and more in the wider buckets: what a busy service exposes.
                    var perSecond = (3 + instance + (path * 2)) * (bound + 1) / (double)Bounds.Length;
                    for (var at = end - (Hours * 3600); at <= end; at += Interval)
                        text.Write(string.Create(CultureInfo.InvariantCulture, $"{labels} {Math.Floor((perSecond * (at - end + (Hours * 3600))) + (20 * Math.Sin(at / 900.0)) + 20)} {at}\n"));
                }
            }
        }
        text.Write("# EOF\n");
    }

    static async Task<(Process, HttpClient)> ProgramAsync(Launch launch, string file)
    {
        var settings = await launch.CatalogueAsync("scrape_configs: []\n");
        settings["Storage__DataDirectory"] = Path.Combine(launch.Folder, "data");
        var import = launch.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "OpsDashboard.dll"), "import", file], settings);
        await import.WaitForExitAsync();
        if (import.ExitCode != 0)
            throw new InvalidOperationException("The import failed.");
        var (process, client) = launch.StartProgram(settings);
        await Launch.AnswersAsync(new(client.BaseAddress!, "health/live"));
        return (process, client);
    }

    static async Task<(Process, HttpClient)> PrometheusAsync(Launch launch, string file)
    {
        var (data, config, port) = (Path.Combine(launch.Folder, "tsdb"), Path.Combine(launch.Folder, "prometheus.yml"), Launch.FreePort());
        await File.WriteAllTextAsync(config, "global: {}\n");
        var make = launch.Start("promtool", ["tsdb", "create-blocks-from", "openmetrics", file, data], []);
        await make.WaitForExitAsync();
        if (make.ExitCode != 0)
            throw new InvalidOperationException("promtool failed.");
        var process = launch.Start("prometheus", [$"--config.file={config}", $"--storage.tsdb.path={data}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"], []);
        var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/") };
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        await Launch.AnswersAsync(new(client.BaseAddress, "-/healthy"));
        while (!(await client.GetAsync("-/ready", limit.Token)).IsSuccessStatusCode)
            await pause.WaitForNextTickAsync(limit.Token);
        return (process, client);
    }

    static async Task<(double Ms, double CpuMs)> AskAsync(HttpClient client, Process process, string path)
    {
        var (before, started) = (ProcessUse.Of(process.Id).CpuSeconds, Stopwatch.GetTimestamp());
        using var answer = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await (await answer.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
        return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, (ProcessUse.Of(process.Id).CpuSeconds - before) * 1000);
    }

    /// <summary>A comparison of speed is worth something only where both say the same. Returns the series of the answer.</summary>
    static async Task<int> SameAsync(HttpClient own, HttpClient other, string path)
    {
        var (mine, theirs) = (await LastAsync(own, path), await LastAsync(other, path));
        if (mine.Count == 0 || mine.Count != theirs.Count)
            throw new InvalidOperationException($"{mine.Count} series here, {theirs.Count} there: {path}");
        foreach (var (labels, value) in mine)
        {
            if (Math.Abs(value - theirs[labels]) > 1e-9 * Math.Abs(value))
                throw new InvalidOperationException($"{labels}: {value} here, {theirs[labels]} there: {path}");
        }
        return mine.Count;
    }

    static async Task<Dictionary<string, double>> LastAsync(HttpClient client, string path)
    {
        await using var body = await client.GetStreamAsync(path);
        using var answer = await JsonDocument.ParseAsync(body);
        return answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().ToDictionary(
            one => string.Join(',', one.GetProperty("metric").EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}")),
            one => double.Parse(one.GetProperty("values").EnumerateArray().Last()[1].GetString()!, CultureInfo.InvariantCulture));
    }

    static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;
}
