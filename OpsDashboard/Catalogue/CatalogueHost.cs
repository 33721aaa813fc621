using OpsDashboard.Audit;
using OpsDashboard.Catalogue.Reading;

namespace OpsDashboard.Catalogue;

/// <summary>Keeps <see cref="Current"/> true to the files: reads them every two seconds and swaps in what changed, after the audit entry.</summary>
public sealed class CatalogueHost(
    CatalogueOptions options, CatalogueReader reader, IConfiguration configuration, TimeProvider clock,
    ILogger<CatalogueHost> log, IServiceProvider services) : BackgroundService, IHostedLifecycleService, ICatalogue
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim turn = new(1, 1);
    readonly Lock gate = new();
    readonly List<Action<CatalogueSnapshot>> subscribers = [];
    volatile CatalogueSnapshot current = CatalogueSnapshot.Empty;
    CatalogueFiles files = new(new Dictionary<string, string>(), []);
    Dictionary<string, MonitoredSystem> whole = [];
    string? lastFault;

    public CatalogueSnapshot Current => current;

    public IDisposable Subscribe(Action<CatalogueSnapshot> changed)
    {
        lock (gate)
            subscribers.Add(changed);
        return new Subscription(this, changed);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads the files now. Two calls do not overlap.</summary>
    public async Task ReloadAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            await ReloadInTurnAsync(stop);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What starts with the program may have given variables their values meanwhile (the simulator its addresses).</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => TryReloadAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryReloadAsync(stoppingToken);
    }

    async Task TryReloadAsync(CancellationToken stop)
    {
        try
        {
            await ReloadAsync(stop);
            lastFault = null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // An audit log that cannot be written holds the change back; the next tick tries again.
            if (lastFault != error.Message)
                log.LogError(error, "The catalogue could not be reloaded; it stays as it was read last.");
            lastFault = error.Message;
        }
    }

    async Task ReloadInTurnAsync(CancellationToken stop)
    {
        var read = CatalogueFiles.Read(options.Path);
        var overrides = CatalogueOptions.Overrides(configuration);
        var hash = read.Hash(overrides);
        if (hash == current.ContentHash)
            return;
        var reading = reader.Read(read, options.Environment, overrides);
        var changes = CatalogueChange.Between(files, read);
        if (current.Revision > 0 && changes.Count > 0)
            await AuditAsync(changes, reading, stop);
        files = read;
        Publish(new(current.Revision + 1, hash, options.Environment, Merge(reading), reading.Problems));
    }

    // What is broken now goes on as it was when it was whole: a typing error must not stop the collection of a system.
    List<MonitoredSystem> Merge(CatalogueReading reading)
    {
        var broken = reading.Problems.Where(problem => !problem.IsWarning).Select(problem => problem.File.Split('/')[0]).ToHashSet();
        var fresh = reading.Systems.ToDictionary(system => system.Id);
        foreach (var (id, system) in fresh.Where(pair => !broken.Contains(pair.Key)))
            whole[id] = system;
        foreach (var gone in whole.Keys.Where(id => !fresh.ContainsKey(id) && !broken.Contains(id)).ToArray())
            whole.Remove(gone);
        return [.. fresh.Keys.Union(whole.Keys).Order(StringComparer.Ordinal).Select(id => broken.Contains(id) && whole.TryGetValue(id, out var kept) ? kept : fresh[id])];
    }

    async Task AuditAsync(IReadOnlyList<CatalogueChange> changes, CatalogueReading reading, CancellationToken stop)
    {
        if (services.GetService<IAuditLog>() is not { } audit)
            return;
        var particulars = new Dictionary<string, object?>
        {
            ["files"] = changes.Select(change => new Dictionary<string, object?> { ["path"] = change.Path, ["change"] = change.Kind, ["diff"] = change.Diff }).ToArray(),
            ["problems"] = reading.Problems.Select(problem => problem.ToString()).ToArray(),
        };
        await audit.AppendAsync(new(Actor.Program, "catalogue.reloaded", "catalogue", Particulars: particulars), stop);
    }

    void Publish(CatalogueSnapshot snapshot)
    {
        current = snapshot;
        foreach (var problem in snapshot.Problems)
            log.LogWarning("Catalogue: {Problem}", problem.ToString());
        Action<CatalogueSnapshot>[] listeners;
        lock (gate)
            listeners = [.. subscribers];
        foreach (var listener in listeners)
        {
            try
            {
                listener(snapshot);
            }
            catch (Exception error)
            {
                log.LogError(error, "A subscriber of the catalogue failed.");
            }
        }
    }

    sealed class Subscription(CatalogueHost host, Action<CatalogueSnapshot> changed) : IDisposable
    {
        public void Dispose()
        {
            lock (host.gate)
                host.subscribers.Remove(changed);
        }
    }
}
