using OpsDashboard.Audit;
using OpsDashboard.Catalogue.Overlays;
using OpsDashboard.Catalogue.Reading;

namespace OpsDashboard.Catalogue;

/// <summary>Keeps <see cref="Current"/> true to files and edits: reads them every two seconds and swaps in what changed, after the audit entry.</summary>
sealed class CatalogueHost(CatalogueOptions options, CatalogueReader reader, OverlayStore store, IAuditLog audit, IConfiguration configuration, TimeProvider clock, ILogger<CatalogueHost> log, LeftOutSystems? leftOut = null)
    : BackgroundService, IHostedLifecycleService, ICatalogue
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim turn = new(1, 1);
    readonly Lock gate = new();
    readonly List<Action<CatalogueSnapshot>> subscribers = [];
    volatile CatalogueSnapshot current = CatalogueSnapshot.Empty;
    volatile CatalogueSources sources = CatalogueSources.Empty;
    Dictionary<string, MonitoredSystem> whole = [];
    PeriodicTimer? timer;
    string? lastFault;

    public CatalogueSnapshot Current => current;

    /// <summary>Files and edits behind <see cref="Current"/>.</summary>
    public CatalogueSources Sources => sources;

    public IDisposable Subscribe(Action<CatalogueSnapshot> changed)
    {
        lock (gate)
            subscribers.Add(changed);
        return new Subscription(this, changed);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync(cancellationToken);
        timer = new(Interval, clock);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads files and edits now. Two calls do not overlap.</summary>
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

    /// <summary>Runs a change on what is there now while nothing else reads or changes, and applies it.</summary>
    public async Task ExclusivelyAsync(Func<CatalogueSources, Task> change, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            await ReloadInTurnAsync(stop);
            await change(sources);
            await ReloadInTurnAsync(stop);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What these files would say in this environment.</summary>
    public CatalogueReading Read(CatalogueFiles files) => reader.Read(files, options.Environment, CatalogueOptions.Overrides(configuration));

    /// <summary>What starts with the program may have given variables their values meanwhile (the simulator its addresses).</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => TryReloadAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await timer!.WaitForNextTickAsync(stoppingToken))
            await TryReloadAsync(stoppingToken);
    }

    public override void Dispose()
    {
        timer?.Dispose();
        turn.Dispose();
        base.Dispose();
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
        var read = new CatalogueSources(CatalogueFiles.Read(options.Path), await store.ReadAsync(sources.Overlays, stop));
        var effective = read.Effective();
        if (leftOut is not null)
            effective = effective.Without(leftOut.Ids);
        var hash = effective.Hash(CatalogueOptions.Overrides(configuration));
        var changes = CatalogueChange.Between(sources.Files, read.Files);
        if (current.Revision > 0 && changes.Count > 0)
            await AuditAsync(changes, stop);
        sources = read;
        if (hash == current.ContentHash)
            return;
        var reading = Read(effective);
        Publish(new(current.Revision + 1, hash, options.Environment, Merge(reading), reading.Problems) { Documents = MergeDocuments(effective, reading), Nodes = KeepsNodes(reading) ? current.Nodes : reading.Nodes, NodeSets = KeepsNodes(reading) ? current.NodeSets : reading.NodeSets });
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

    bool KeepsNodes(CatalogueReading reading) =>
        current.Nodes.Count > 0 && reading.Problems.Any(problem => !problem.IsWarning && problem.File.StartsWith("environments/", StringComparison.Ordinal));

    // A file that is broken now goes on as it was; one that was removed is gone.
    Dictionary<Type, object> MergeDocuments(CatalogueFiles files, CatalogueReading reading)
    {
        var documents = reader.RootTypes.Where(pair => files.Texts.ContainsKey(pair.File) && !reading.Documents.ContainsKey(pair.Type) && current.Documents.ContainsKey(pair.Type))
            .ToDictionary(pair => pair.Type, pair => current.Documents[pair.Type]);
        foreach (var (type, document) in reading.Documents)
            documents[type] = document;
        return documents;
    }

    // An edit made here has an entry of its own; this one is for files that changed beneath.
    Task AuditAsync(IReadOnlyList<CatalogueChange> changes, CancellationToken stop)
    {
        var files = changes.Select(change => new Dictionary<string, object?> { ["path"] = change.Path, ["change"] = change.Kind, ["diff"] = change.Diff }).ToArray();
        return audit.AppendAsync(new(Actor.Program, "catalogue.reloaded", "catalogue", Particulars: new Dictionary<string, object?> { ["files"] = files }), stop);
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
