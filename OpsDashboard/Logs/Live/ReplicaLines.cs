using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Logs.Store;

namespace OpsDashboard.Logs.Live;

/// <summary>On the LiveBus: lines that another replica stored, as far as they were found. For live tails alone; whoever counts does so where lines are stored.</summary>
sealed record LogsOfReplicas(IReadOnlyList<LogEntry> Entries);

/// <summary>
/// Where replicas share a database, looks once a second for lines that this process did not store, while anybody follows some.
/// The newest <see cref="MostLines"/> of a look are told; the search has them all.
/// </summary>
sealed class ReplicaLines(ILogQuery logs, LogLiveSource source, LogStore store, KnownLines known, LiveBus bus, TimeProvider clock, ILogger<ReplicaLines> log)
    : LookingHost("Lines of other replicas cannot be followed", TimeSpan.FromSeconds(1), clock, log)
{
    public const int MostLines = 500;

    /// <summary>A line may be stored later than it happened; what is later still is found by the search only.</summary>
    static readonly TimeSpan Back = KnownLines.Kept / 2;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => known.IsKept ? base.ExecuteAsync(stoppingToken) : Task.CompletedTask;

    /// <summary>One look; tells what is new.</summary>
    protected internal override async Task LookAsync(CancellationToken stop)
    {
        if (source.Count == 0)
            return;
        var page = await logs.SearchAsync(Actor.Program, new() { From = Clock.GetUtcNow() - Back }, null, MostLines, stop);
        // An own line is in the database a moment before it is known.
        await store.SettleAsync(stop);
        var fresh = known.Note(page.Entries);
        if (fresh.Count > 0)
            bus.Publish(new LogsOfReplicas([.. fresh.OrderBy(entry => entry.Id)]));
    }
}
