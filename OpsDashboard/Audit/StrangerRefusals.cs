using OpsDashboard.Storage;

namespace OpsDashboard.Audit;

/// <summary>Refusals of people who are not signed in: counted by source and minute, so that a flood cannot fill the chain. Thread-safe.</summary>
public interface IStrangerRefusals
{
    void Count(string? address);
}

/// <summary>Writes one entry a source and minute; past the cap of sources the rest share one.</summary>
sealed class StrangerRefusals(IAuditLog audit, TimeProvider clock, ILogger<StrangerRefusals> logger) : BackgroundService, IStrangerRefusals
{
    const int MaxSources = 200;
    const string Others = "others";

    readonly Lock gate = new();
    Dictionary<string, int> counts = [];

    public void Count(string? address)
    {
        lock (gate)
        {
            var source = address ?? "unknown";
            if (counts.Count >= MaxSources && !counts.ContainsKey(source))
                source = Others;
            counts[source] = counts.GetValueOrDefault(source) + 1;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var minute = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        try
        {
            while (await minute.WaitForNextTickAsync(stoppingToken))
                await WriteAsync();
        }
        catch (OperationCanceledException)
        {
            await WriteAsync();
        }
    }

    internal async Task WriteAsync()
    {
        Dictionary<string, int> taken;
        lock (gate)
            (taken, counts) = (counts, []);
        var until = clock.Now();
        foreach (var (source, count) in taken)
        {
            try
            {
                var stranger = Actor.Stranger(source == Others ? null : source);
                await audit.AppendAsync(new(stranger, "access.refused", "dashboard", AuditOutcome.Refused, new Dictionary<string, object?> { ["count"] = count, ["source"] = source, ["until"] = until }), CancellationToken.None);
            }
            catch (Exception failure)
            {
                logger.LogWarning(failure, "{Count} refusals of a stranger could not be written to the audit log", count);
            }
        }
    }
}
