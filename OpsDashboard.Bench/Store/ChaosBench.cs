using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OpsDashboard.Audit;
using OpsDashboard.Metrics;
using OpsDashboard.Storage;

namespace OpsDashboard.Bench.Store;

/// <summary>
/// Kills a writing process again and again. The child says on its output which second is collected, which is acknowledged and which audit
/// entry; after each kill the parent opens the files and looks: every acknowledged sample, of the collected ones all but the last second,
/// every acknowledged audit entry, and the audit chain whole.
/// </summary>
static class ChaosBench
{
    const int Series = 2000;
    static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

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
        var (acknowledged, collected, audited, lostAcknowledged, worst, problems) = (new List<long>(), 0L, 0L, 0L, TimeSpan.Zero, 0L);
        using var contexts = await AuditAsync(folder);
        using var keys = new AuditKeys(contexts);
        var verification = new AuditVerification(contexts, new(contexts), keys);
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
            audited += said.Audited;
            var verdict = await verification.VerifyAsync(CancellationToken.None);
            if (!verdict.IsIntact || verdict.Entries < audited)
                throw new InvalidDataException($"After kill {round}, {audited} audit entries acknowledged: {verdict.Sentence}");
            if (round % 10 == 0 || round == rounds)
                Console.WriteLine($"after {round} kills: {acknowledged.Count} acknowledged, {lostAcknowledged} of them lost; {collected} collected batches, the oldest lost one {worst.TotalMilliseconds:0} ms before its kill; {problems} damaged records; {audited} audit entries acknowledged, {verdict.Sentence}");
        }
        return lostAcknowledged == 0 && problems == 0 ? 0 : 1;
    }

    static async Task<OpsContextFactory> AuditAsync(string folder)
    {
        var contexts = new OpsContextFactory(new() { DataDirectory = folder });
        await new Schema(contexts, [new AuditGuard()], TimeProvider.System, NullLogger<Schema>.Instance).UpdateAsync(CancellationToken.None);
        return contexts;
    }

    static async Task<HashSet<long>> TimesAsync(BenchStore bench, string metric) =>
        [.. (await bench.Store.SelectAsync([LabelMatcher.Metric(metric)], 0, long.MaxValue, SelectOptions.Raw, default)).Series.SelectMany(series => series.Times)];

    static async Task<(List<long> Collected, List<long> Acknowledged, int Audited, DateTimeOffset Killed)> RunChildAsync(string folder, TimeSpan life)
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
        return (collected, acknowledged, await reading, killed);
    }

    static async Task<int> ReadAsync(Process child, List<long> collected, List<long> acknowledged)
    {
        var audited = 0;
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            // A line that the kill cut short says nothing.
            if (line is not [var kind, ' ', ..] || !line.EndsWith(';') || !long.TryParse(line.AsSpan(2, line.Length - 3), out var at))
                continue;
            if (kind == 'e')
                audited++;
            else
                (kind == 'a' ? acknowledged : collected).Add(at);
        }
        return audited;
    }

    static async Task<int> WriteAsync(string folder)
    {
        await using var bench = await BenchStore.OpenAsync(folder: folder);
        var noise = Enumerable.Range(0, Series).Select(i => bench.Store.Resolve(Labels.Of("noise", ("series", $"{i}")))).ToArray();
        using var contexts = new OpsContextFactory(new() { DataDirectory = folder });
        await using var log = new AuditLog(contexts, TimeProvider.System);
        await log.AppendAsync(Started, CancellationToken.None);
        Console.WriteLine("ready");
        using var limit = new CancellationTokenSource(LongestRun);
        var running = bench.Store.RunAsync((_, _) => { }, limit.Token);
        var auditing = AuditAsync(log, limit.Token);
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
        await Task.WhenAll(running, auditing);
        return 0;
    }

    static AuditRecord Started => new(Actor.Program, "bench.started", "bench/chaos");

    static async Task AuditAsync(AuditLog log, CancellationToken stop)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var number = 0; await ticks.WaitForNextTickAsync(stop); number++)
        {
            await log.AppendAsync(new(Actor.Program, "bench.appended", $"bench/{number}"), stop);
            Console.WriteLine($"e {number};");
        }
    }
}
