using System.Diagnostics;
using System.Globalization;
using OpsDashboard.Bench.Live;

namespace OpsDashboard.Bench.Collect;

/// <summary>
/// <c>start [times] [published folder]</c>: from the start of a published program until <c>/health/ready</c> answers 200, on a new and on an
/// existing database, and its resident memory after a minute in which nobody used it; the simulator off, and on for comparison.
/// Publishes first where no folder is named.
/// </summary>
static class StartBench
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(1), StopTime = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] args)
    {
        var times = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        var temporary = args.Length > 1 ? null : Directory.CreateTempSubdirectory("ops-bench-published-").FullName;
        try
        {
            var folder = temporary is null ? args[1] : await PublishAsync(temporary);
            Console.WriteLine("| | new database | existing database, median of " + times + " | worst | CPU-s until ready, median | resident after a minute idle | CPU while idle |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
            await MeasureAsync("one system without targets, simulator off", folder, times, null);
            await MeasureAsync("the shipped five systems, simulator on", folder, times, new() { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Simulator__Enabled"] = "true" });
            return 0;
        }
        finally
        {
            if (temporary is not null)
                Directory.Delete(temporary, recursive: true);
        }
    }

    static async Task MeasureAsync(string name, string folder, int times, Dictionary<string, string>? settings)
    {
        using var launch = new Launch(folder);
        settings ??= await launch.CatalogueAsync("scrape_configs: []\n");
        var starts = new List<(double Ready, double Cpu)>();
        for (var i = 0; i <= times; i++)
        {
            var (ready, process) = await StartAsync(launch, settings);
            starts.Add((ready, ProcessUse.Of(process.Id).CpuSeconds));
            if (i < times)
            {
                await StopAsync(process);
                continue;
            }
            var before = ProcessUse.Of(process.Id);
            await Launch.WaitAsync(Idle);
            var after = ProcessUse.Of(process.Id);
            var later = starts[1..];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {starts[0].Ready:0.0} s | {Median(later.Select(start => start.Ready)):0.0} s | {later.Max(start => start.Ready):0.0} s | {Median(later.Select(start => start.Cpu)):0.0} | {after.ResidentBytes / 1048576.0:0} MB | {(after.CpuSeconds - before.CpuSeconds) / Idle.TotalSeconds * 100:0.0} % |"));
        }
    }

    static async Task<(double Seconds, Process Process)> StartAsync(Launch launch, Dictionary<string, string> settings)
    {
        var started = Stopwatch.GetTimestamp();
        var (process, client) = launch.StartProgram(settings);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync("health/ready", limit.Token);
                if (answer.IsSuccessStatusCode)
                    return (Stopwatch.GetElapsedTime(started).TotalSeconds, process);
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    // As an operator would: the program writes what is left and ends.
    static async Task StopAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(StopTime);
        await process.WaitForExitAsync(limit.Token);
    }

    static async Task<string> PublishAsync(string folder)
    {
        using var publish = Process.Start("dotnet", ["publish", Path.Combine(LiveServer.Root, "OpsDashboard"), "-c", "Release", "-o", folder, "--nologo", "-v", "q"]);
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? folder : throw new InvalidOperationException("dotnet publish failed.");
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
