using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Tests.Testing;

/// <summary>Targets and single runs of a collector, without the host.</summary>
public sealed class CollectOnce
{
    public MemoryAppender Samples { get; } = new();

    public Dictionary<string, object> Documents { get; } = [];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static Target Target(string kind, string address, object options, string instance = "test:1") => new()
    {
        SystemId = "liap-tui",
        ComponentId = "api",
        Environment = "simulator",
        Job = "job",
        Kind = kind,
        Address = address,
        Instance = instance,
        Options = options,
        File = "liap-tui/targets.yml",
        Line = 1,
    };

    /// <summary>One run; what it added is in <see cref="Samples"/> afterwards.</summary>
    public async Task<CollectOutcome> RunAsync(ICollector collector, Target target, TimeSpan? timeout = null)
    {
        var run = new CollectRun(target, Samples, Clock, (name, document) => Documents[name] = document);
        run.Begin(Clock.GetUtcNow().ToUnixTimeMilliseconds());
        using var stop = new CancellationTokenSource(timeout ?? Patience.Limit);
        var outcome = await collector.CollectAsync(run, stop.Token);
        Samples.Append(run.Samples);
        return outcome;
    }

    public async Task<CollectOutcome> RunAsync(ICollectorKind kind, Target target, TimeSpan? timeout = null)
    {
        await using var collector = kind.Create(target);
        return await RunAsync(collector, target, timeout);
    }
}
