using OpsDashboard.Bench;
using OpsDashboard.Bench.Alerts;
using OpsDashboard.Bench.Collect;
using OpsDashboard.Bench.Live;
using OpsDashboard.Bench.OnCall;
using OpsDashboard.Bench.Runbooks;
using OpsDashboard.Bench.Store;
using OpsDashboard.Bench.Viewers;

// dotnet run -c Release --project OpsDashboard.Bench -- <name> [arguments]
Dictionary<string, Func<string[], Task<int>>> benches = new()
{
    ["append"] = AppendBench.RunAsync,
    ["bytes"] = BytesBench.RunAsync,
    ["read24h"] = ReadBench.RunAsync,
    ["memory"] = MemoryBench.RunAsync,
    ["audit"] = AuditBench.RunAsync,
    ["logs"] = LogsBench.RunAsync,
    ["chaos"] = ChaosBench.RunAsync,
    ["parse"] = ParseBench.RunAsync,
    ["scrape"] = ScrapeBench.RunAsync,
    ["start"] = StartBench.RunAsync,
    ["probes"] = ProbeBench.RunAsync,
    ["rules"] = RulesBench.RunAsync,
    ["queries"] = QueryBench.RunAsync,
    ["acknowledge"] = AcknowledgeBench.RunAsync,
    ["abort"] = AbortBench.RunAsync,
    ["output"] = OutputBench.RunAsync,
    ["killruns"] = KillRunsBench.RunAsync,
    ["runs"] = RunsBench.RunAsync,
    [OutputBench.Writer] = OutputBench.WriteAsync,
    ["storm"] = StormBench.RunAsync,
    ["page"] = PageBench.RunAsync,
    ["viewers"] = LiveBench.ViewersAsync,
    ["latency"] = LiveBench.LatencyAsync,
    ["alert"] = LiveBench.AlertAsync,
    ["circuits"] = ViewerBench.CircuitsAsync,
    ["frames"] = ViewerBench.FramesAsync,
    ["soak"] = ViewerBench.SoakAsync,
    ["firstpage"] = FirstPageBench.RunAsync,
    [Generator.Command] = Generator.RunAsync,
};

if (args.Length > 0 && benches.TryGetValue(args[0], out var bench))
    return await bench(args[1..]);
Console.Error.WriteLine($"Say which: {string.Join(", ", benches.Keys)}.");
return 1;
