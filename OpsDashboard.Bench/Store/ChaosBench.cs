using System.Diagnostics;
using System.Globalization;
using OpsDashboard.Metrics;

namespace OpsDashboard.Bench.Store;

/// <summary>
/// Kills a writing process again and again. The child says on its output which second is collected and which is acknowledged;
/// after each kill the parent opens the file and looks: every acknowledged sample, and of the collected ones all but the last second.
/// </summary>
static class ChaosBench
{
    const int Series = 2000;
    static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["child", var folder])
            return await WriteAsync(folder);
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 100;
        var home = Directory.CreateTempSubdirectory("ops-chaos-").FullName;
        try
        {
            return await KillAsync(home, rounds);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    static async Task<int> KillAsync(string folder, int rounds)
    {
        var random = new Random(1);
        var (acknowledged, collected, lostAcknowledged, worst, problems) = (new List<long>(), 0L, 0L, TimeSpan.Zero, 0L);
        for (var round = 1; round <= rounds; round++)
        {
            var said = await RunChildAsync(folder, TimeSpan.FromMilliseconds(random.Next(300, 3000)));
            acknowledged.AddRange(said.Acknowledged);
            await using var bench = await BenchStore.OpenAsync(folder: folder);
            var seen = await TimesAsync(bench, "acknowledged");
            lostAcknowledged += acknowledged.Count(at => !seen.Contains(at));
            var kept = await TimesAsync(bench, "collected");
            collected += said.Collected.Count;
            var lost = said.Collected.Where(at => !kept.Contains(at)).ToList();
            if (lost.Count > 0 && said.Killed - DateTimeOffset.FromUnixTimeMilliseconds(lost.Min()) is var behind && behind > worst)
                worst = behind;
            problems += bench.Store.Status.ProblemCount;
            if (round % 10 == 0 || round == rounds)
                Console.WriteLine($"after {round} kills: {acknowledged.Count} acknowledged, {lostAcknowledged} of them lost; {collected} collected batches, the oldest lost one {worst.TotalMilliseconds:0} ms before its kill; {problems} damaged records");
        }
        return lostAcknowledged == 0 && problems == 0 ? 0 : 1;
    }

    static async Task<HashSet<long>> TimesAsync(BenchStore bench, string metric) =>
        [.. (await bench.Store.SelectAsync([LabelMatcher.Metric(metric)], 0, long.MaxValue, SelectOptions.Raw, default)).Series.SelectMany(series => series.Times)];

    static async Task<(List<long> Collected, List<long> Acknowledged, DateTimeOffset Killed)> RunChildAsync(string folder, TimeSpan life)
    {
        // Started as itself or by dotnet: the child is started the same way.
        string[] itself = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(ChaosBench).Assembly.Location] : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. itself, "chaos", "child", folder]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var (collected, acknowledged) = (new List<long>(), new List<long>());
        using var limit = new CancellationTokenSource(LongestRun);
        var ready = await child.StandardOutput.ReadLineAsync(limit.Token);
        if (ready != "ready")
            throw new InvalidOperationException($"The child said {ready} instead of ready.");
        var reading = ReadAsync(child, collected, acknowledged);
        await Task.Delay(life, TimeProvider.System);
        var killed = TimeProvider.System.GetUtcNow();
        child.Kill();
        await child.WaitForExitAsync(limit.Token);
        await reading;
        return (collected, acknowledged, killed);
    }

    static async Task ReadAsync(Process child, List<long> collected, List<long> acknowledged)
    {
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            // A line that the kill cut short says nothing.
            if (line is [var kind, ' ', ..] && line.EndsWith(';') && long.TryParse(line.AsSpan(2, line.Length - 3), out var at))
                (kind == 'a' ? acknowledged : collected).Add(at);
        }
    }

    static async Task<int> WriteAsync(string folder)
    {
        await using var bench = await BenchStore.OpenAsync(folder: folder);
        var noise = Enumerable.Range(0, Series).Select(i => bench.Store.Resolve(Labels.Of("noise", ("series", $"{i}")))).ToArray();
        Console.WriteLine("ready");
        using var limit = new CancellationTokenSource(LongestRun);
        var running = bench.Store.RunAsync((_, _) => { }, limit.Token);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var tick = 0; await ticks.WaitForNextTickAsync(limit.Token); tick++)
        {
            var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            bench.Store.Append([.. noise.Select(series => new PendingSample(series, at, at)), new(bench.Store.Resolve(Labels.Of("collected")), at, 1)]);
            Console.WriteLine($"c {at};");
            // Seldom, for an acknowledged sample takes the waiting collected ones to the disk with it.
            if (tick % 30 != 9)
                continue;
            var outcome = await bench.Store.AppendDurableAsync(new PendingSample[] { new(bench.Store.Resolve(Labels.Of("acknowledged")), at, 1) }, limit.Token);
            if (outcome.Accepted == 1)
                Console.WriteLine($"a {at};");
        }
        await running;
        return 0;
    }
}
