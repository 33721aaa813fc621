using System.Data.Common;
using OpsDashboard.Catalogue;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs.Files;

/// <summary>
/// Follows the files of the catalogue, in one process of all. Lines and how far they reach are stored together, and only from where the file was read to:
/// every line is stored once, whatever ends the process, and though another one may read the same file for a moment.
/// </summary>
sealed class FileTailHost(ICatalogue catalogue, FileTails tails, Leases leases, ILogAppender appender, TimeProvider clock, ILogger<FileTailHost> log) : BackgroundService
{
    public const string Lease = "log-files";

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(15);
    static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of one file in one round, and of all.</summary>
    const int FileBudget = 1024 * 1024, RoundBudget = 4 * 1024 * 1024;

    readonly List<LogEntry> batch = [];
    readonly Dictionary<string, string> said = [];
    Dictionary<(string, string), SourcePlace> places = [];
    CatalogueSnapshot? seen;
    long? fence;
    long renewedAt, lookedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? lastFault = null;
        try
        {
            while (true)
            {
                try
                {
                    await RoundAsync(stoppingToken);
                    lastFault = null;
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    Rewind();
                    if (lastFault != fault.Message)
                        log.LogError(fault, "Log files are not followed; it is tried again");
                    lastFault = fault.Message;
                }
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await GiveBackAsync();
        }
    }

    /// <summary>One look at every file. Fails only where something unexpected happens.</summary>
    public async Task RoundAsync(CancellationToken stop)
    {
        if (!await HoldAsync(stop))
            return;
        Look();
        batch.Clear();
        var budget = RoundBudget;
        foreach (var tail in tails.All.Values)
            budget -= tail.Read(batch, Math.Min(FileBudget, Math.Max(budget, 64 * 1024)));
        try
        {
            var moves = tails.Moves();
            if (batch.Count + moves.Count > 0)
                await appender.AppendAsync(batch, moves, stop);
            tails.Commit(moves);
        }
        catch (Exception refused) when (refused is LogsFullException or DbException)
        {
            // The files keep the lines meanwhile.
            Rewind();
            Say("the log store", refused.Message);
        }
        catch (SourceMovedException)
        {
            // Another process took over, or an earlier write got through though its answer did not: what is stored says where to go on.
            fence = null;
            tails.Clear();
        }
        tails.NoteStatus();
        foreach (var ((_, path), tail) in tails.All)
            Say(path, tail.Problem);
    }

    async Task<bool> HoldAsync(CancellationToken stop)
    {
        if (fence is not null && clock.GetElapsedTime(renewedAt) < RenewEvery)
            return true;
        var held = await leases.TryHoldAsync(Lease, LeaseFor, stop);
        renewedAt = clock.GetTimestamp();
        if (held != fence)
        {
            tails.Leave();
            places = held is null ? [] : (await appender.PlacesAsync(stop)).ToDictionary(place => (place.SystemId, place.Source));
            seen = null;
        }
        fence = held;
        return held is not null;
    }

    void Look()
    {
        var current = catalogue.Current;
        if (ReferenceEquals(current, seen) && clock.GetElapsedTime(lookedAt) < LookEvery)
            return;
        lookedAt = clock.GetTimestamp();
        if (!ReferenceEquals(current, seen))
        {
            // Component, category or levels may have changed.
            foreach (var (key, tail) in tails.All)
            {
                if (tail.Stored is { } place)
                    places[key] = place;
            }
            tails.Clear();
            seen = current;
        }
        tails.Update(current, places);
    }

    void Rewind()
    {
        foreach (var tail in tails.All.Values)
            tail.Rewind();
    }

    // The first of equal problems, not each.
    void Say(string what, string? problem)
    {
        if (said.GetValueOrDefault(what) == problem)
            return;
        if (problem is null)
            said.Remove(what);
        else
            said[what] = problem;
        if (problem is null)
            log.LogInformation("Log file {Path} is read", what);
        else
            log.Log(problem == FileTail.Missing ? LogLevel.Information : LogLevel.Warning, "Log file {Path}: {Problem}", what, problem);
    }

    async Task GiveBackAsync()
    {
        if (fence is null)
            return;
        try
        {
            await leases.ReleaseAsync(Lease, CancellationToken.None);
        }
        catch (DbException)
        {
            // It ends by itself soon.
        }
    }
}
