using OpsDashboard.Http;
using OpsDashboard.Metrics.Charts;
using StackExchange.Redis;
using System.Net.Sockets;

namespace OpsDashboard.Metrics.Collectors.Redis;

/// <summary>PING, INFO, and keys by pattern within a time budget.</summary>
public sealed class RedisCollector(RedisOptions options, TimeProvider clock, Outbound? outbound = null) : ICollector
{
    const int SampleSize = 10;

    readonly WindowedRatio hits = new(options.Window);
    readonly KeyScan[] scans = [.. options.Count.Distinct().Select(pattern => new KeyScan(pattern))];
    readonly OwnLookups own = new();
    RedisLink? link;
    int firstScan;

    public async ValueTask<CollectOutcome> CollectAsync(CollectContext context, CancellationToken stop)
    {
        RedisMetadata.Describe(context);
        link ??= new(context.Target.Address, options, outbound ?? new(), clock);
        // A little before the host's own limit, so that the reason is ours.
        using var limit = new CancellationTokenSource(context.Target.Timeout * 0.9, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        var added = 0;
        try
        {
            await link.OpenAsync(context.Target.Timeout, either.Token);
            context.Add("probe_duration_seconds", (await link.PingAsync(either.Token)).TotalSeconds, ("check", "PING"));
            added = 1;
            added += AddInfo(context, RedisInfo.Parse((string)await link.ExecuteAsync("INFO", either.Token)));
            added += await ScanAsync(context, link, either.Token);
            context.Add("probe_success", 1, ("check", "PING"));
            return CollectOutcome.Ok(added + 1);
        }
        catch (Exception failure) when (failure is RedisException or SocketException or OperationCanceledException or TimeoutException or FormatException or SecretMissingException or OutboundClosedException)
        {
            foreach (var scan in scans)
                scan.Restart();
            context.Add("probe_success", 0, ("check", "PING"));
            var (kind, reason) = RedisFailure.Of(failure, context.Target.Place);
            return CollectOutcome.Failed(kind, reason, added + 1);
        }
    }

    int AddInfo(CollectContext context, RedisInfo info)
    {
        var added = 0;
        void Add(string metric, double? value, params (string, string)[] labels)
        {
            if (value is not { } number)
                return;
            context.Add(metric, number, labels);
            added++;
        }

        foreach (var (metric, key) in RedisMetadata.FromInfo)
            Add(metric, info.Number(key));
        if (info.Number("keyspace_hits") is { } allHits && info.Number("keyspace_misses") is { } allMisses)
        {
            var (hit, missed) = own.Without(allHits, allMisses);
            Add("redis_keyspace_hits_total", hit);
            Add("redis_keyspace_misses_total", missed);
            Add("redis_hit_ratio", hits.Next(context.At, hit, missed));
        }
        if (info.Number("uptime_in_seconds") is { } uptime)
            Add("redis_start_time_seconds", (context.At / 1000) - uptime);
        foreach (var (database, keys) in info.Keyspace())
            Add("redis_database_keys", keys, ("db", database));
        return added;
    }

    async Task<int> ScanAsync(CollectContext context, RedisLink server, CancellationToken stop)
    {
        Task<RedisResult> Execute(string command, object[] arguments) => server.ExecuteAsync(command, stop, arguments);
        var begun = clock.GetTimestamp();
        bool IsTimeUp() => clock.GetElapsedTime(begun) >= options.ScanBudget;

        // Each run begins with the next pattern, so that a long pass of one does not starve the others.
        for (var i = 0; i < scans.Length && (i == 0 || !IsTimeUp()); i++)
            await scans[(firstScan + i) % scans.Length].ContinueAsync(Execute, IsTimeUp);
        firstScan = scans.Length == 0 ? 0 : (firstScan + 1) % scans.Length;
        foreach (var scan in scans)
        {
            context.Add("redis_keys", scan.Count, ("pattern", scan.Pattern));
            context.Add("redis_keys_complete", scan.IsComplete ? 1 : 0, ("pattern", scan.Pattern));
        }
        if (options.Sample is { } pattern)
            context.KeepDocument("keys", await SampleAsync(pattern, Execute, context.At));
        return scans.Length * 2;
    }

    async Task<CollectedTable> SampleAsync(string pattern, Func<string, object[], Task<RedisResult>> execute, long at)
    {
        var begun = clock.GetTimestamp();
        var keys = await KeyScan.SomeAsync(execute, pattern, SampleSize, () => clock.GetElapsedTime(begun) >= options.ScanBudget);
        var rows = new List<object?[]>();
        foreach (var key in keys)
        {
            // -1: no expiry; -2: gone since.
            var milliseconds = (long)await execute("PTTL", [key]);
            own.Count(wasHit: milliseconds != -2);
            if (milliseconds != -2)
                rows.Add([key, milliseconds < 0 ? null : milliseconds / 1000.0, milliseconds < 0 ? "never expires" : ""]);
        }
        return new($"Keys {pattern}", [new("Key"), new("Lives for", Unit.Seconds), new("")], rows,
            rows.Count == 0 ? $"no key matches {pattern} among those looked at" : $"a sample of {rows.Count}", at);
    }

    public ValueTask DisposeAsync() => link?.DisposeAsync() ?? ValueTask.CompletedTask;
}
