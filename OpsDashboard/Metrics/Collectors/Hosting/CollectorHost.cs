using System.Text.Json;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors.Machine;
using OpsDashboard.Metrics.Collectors.Self;

namespace OpsDashboard.Metrics.Collectors.Hosting;

/// <summary>
/// Keeps one loop a target of the catalogue and follows its reloads: what is new starts, what is gone stops, what changed restarts,
/// the rest goes on undisturbed. Also where the states of all targets are read. Thread-safe.
/// </summary>
sealed class CollectorHost : IHostedService, ICollectorStates, IAsyncDisposable
{
    static readonly TimeSpan Coalesced = TimeSpan.FromMilliseconds(250);

    readonly ICatalogue catalogue;
    readonly ILogger<CollectorHost> logger;
    readonly Dictionary<string, ICollectorKind> kinds;
    readonly LoopSurroundings around;
    readonly CoalescedSignal signal;
    readonly SemaphoreSlim applying = new(1, 1);
    readonly PausedTargets? kept;
    readonly Dictionary<string, CollectorPause> pauses = [];
    volatile LoopSet loops = LoopSet.Empty;
    IDisposable? subscription;
    bool isStopped;

    public CollectorHost(ICatalogue catalogue, IEnumerable<ICollectorKind> kinds, ISampleAppender appender, TimeProvider clock, ILogger<CollectorHost> logger, PausedTargets? kept = null)
    {
        (this.catalogue, this.logger, this.kept) = (catalogue, logger, kept);
        this.kinds = kinds.ToDictionary(kind => kind.Kind);
        signal = new(clock, Coalesced, logger);
        around = new(appender, clock, signal.Raise, logger);
    }

    public IReadOnlyList<CollectorState> Current => [.. loops.InOrder.Select(loop => loop.State)];

    public CollectorState? Find(string targetId) => loops.Find(targetId)?.State;

    public IReadOnlyList<CollectedDocument> DocumentsOf(string systemId) =>
        [.. loops.InOrder.Where(loop => loop.State.Target.SystemId == systemId).SelectMany(loop => loop.Documents)];

    public IDisposable Subscribe(Action changed) => signal.Subscribe(changed);

    public async Task StartAsync(CancellationToken stop)
    {
        HostSeries.Describe(around.Appender);
        await TakePausesAsync(stop);
        subscription = catalogue.Subscribe(_ => Task.Run(() => ApplyAsync(CancellationToken.None)));
        await ApplyAsync(stop);
    }

    async Task TakePausesAsync(CancellationToken stop)
    {
        if (kept is null)
            return;
        foreach (var (targetId, pause) in await kept.ReadAsync(stop))
        {
            lock (pauses)
                pauses[targetId] = pause;
        }
    }

    public async Task StopAsync(CancellationToken stop)
    {
        subscription?.Dispose();
        await applying.WaitAsync(stop);
        try
        {
            isStopped = true;
            await Task.WhenAll(loops.InOrder.Select(loop => loop.DisposeAsync().AsTask()));
            loops = LoopSet.Empty;
        }
        finally
        {
            applying.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        signal.Dispose();
    }

    /// <summary>Pauses the target, or resumes it where <paramref name="pause"/> is null; a reload keeps it so.</summary>
    /// <returns>False where there is no such target.</returns>
    public bool SetPause(string targetId, CollectorPause? pause)
    {
        if (loops.Find(targetId) is not { } loop)
            return false;
        lock (pauses)
        {
            if (pause is null)
                pauses.Remove(targetId);
            else
                pauses[targetId] = pause;
        }
        loop.Pause(pause);
        return true;
    }

    async Task ApplyAsync(CancellationToken stop)
    {
        await applying.WaitAsync(stop);
        try
        {
            if (!isStopped)
                await FollowAsync(Wanted(catalogue.Current));
        }
        catch (Exception error)
        {
            logger.LogError(error, "The collectors could not follow a change of the catalogue; those of before go on.");
        }
        finally
        {
            applying.Release();
        }
        signal.Raise();
    }

    async Task FollowAsync(IReadOnlyList<Target> targets)
    {
        var wanted = targets.ToDictionary(target => target.Id);
        var kept = loops.InOrder.Where(loop => wanted.TryGetValue(loop.State.Target.Id, out var target) && IsSame(loop.State.Target, target)).ToDictionary(loop => loop.State.Target.Id);
        await Task.WhenAll(loops.InOrder.Where(loop => !kept.ContainsKey(loop.State.Target.Id)).Select(loop => loop.RemoveAsync()));
        loops = new([.. targets.Select(target => kept.GetValueOrDefault(target.Id) is { } loop ? Relocated(loop, target) : Begin(target))]);
    }

    /// <summary>The targets to collect, with their relabelling done. Of two with one id the first counts; the catalogue reports the other.</summary>
    List<Target> Wanted(CatalogueSnapshot snapshot)
    {
        var targets = snapshot.Systems.SelectMany(system => system.Targets);
        if (kinds.ContainsKey(SelfKind.Name) && targets.All(target => target.Kind != SelfKind.Name))
            targets = targets.Append(SelfKind.BuiltIn(snapshot.Environment));
        if (OperatingSystem.IsLinux() && kinds.ContainsKey(HostKind.Name) && targets.All(target => target.Kind != HostKind.Name))
            targets = targets.Append(HostKind.BuiltIn(snapshot.Environment));
        return [.. targets.Select(Relabelled).OfType<Target>().DistinctBy(target => target.Id)];
    }

    Target? Relabelled(Target target) => kinds.GetValueOrDefault(target.Kind) is IRelabelsTargets relabelling ? relabelling.Relabel(target) : target;

    TargetLoop Begin(Target target)
    {
        var loop = new TargetLoop(target, Create(target), around);
        lock (pauses)
            loop.Start(pauses.GetValueOrDefault(target.Id));
        return loop;
    }

    ICollector Create(Target target)
    {
        if (!kinds.TryGetValue(target.Kind, out var kind))
            return new UnusableCollector($"There is no collector of the kind {target.Kind}; there are {string.Join(", ", kinds.Keys.Order())}.");
        try
        {
            return kind.Create(target);
        }
        catch (Exception error)
        {
            logger.LogError(error, "The collector of {Target} could not be made.", target.Id);
            return new UnusableCollector($"The collector could not be made: {error.Message}");
        }
    }

    static TargetLoop Relocated(TargetLoop loop, Target target)
    {
        if ((loop.State.Target.File, loop.State.Target.Line) != (target.File, target.Line))
            loop.Relocate(target);
        return loop;
    }

    static bool IsSame(Target one, Target other) =>
        (one.Environment, one.Kind, one.Address, one.Interval, one.Timeout) == (other.Environment, other.Kind, other.Address, other.Interval, other.Timeout)
        && one.Labels.Count == other.Labels.Count && !one.Labels.Except(other.Labels).Any()
        && (one.Options.Equals(other.Options) || Text(one.Options) == Text(other.Options));

    // Options hold lists, which records compare by reference.
    static string Text(object options) => JsonSerializer.Serialize(options, options.GetType());
}
