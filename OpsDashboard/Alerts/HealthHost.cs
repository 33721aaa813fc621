using System.Threading.Channels;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Alerts;

/// <summary>
/// Computes health anew when a collector or an alert changed its state (at most every 100 ms) and at least each second,
/// and keeps it as the series <c>system_health_state</c>: 0 critical, 1 unknown, 2 warning, 3 maintenance, 4 ok.
/// </summary>
sealed class HealthHost(ICatalogue catalogue, ICollectorStates collectors, IAlerts alerts, SilenceBook silences, ISampleAppender appender, HealthMemory memory, Acknowledgements acknowledgements, TimeProvider clock, ILogger<HealthHost> log) : BackgroundService, IHealth
{
    public const string Series = "system_health_state";

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>So long after the start a system may still find back to the state that it had before: not every target answers at once.</summary>
    static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Subscribers subscribers = new();
    Dictionary<string, (Health Health, DateTimeOffset Since)> remembered = [];
    DateTimeOffset rememberedUntil;
    volatile HealthSnapshot current = new(DateTimeOffset.MinValue, []);

    public HealthSnapshot Current => current;

    public IDisposable Subscribe(Action<HealthSnapshot> changed) => subscribers.Add(() => changed(current));

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        await Task.Yield();
        using var ofCollectors = collectors.Subscribe(Wake);
        using var ofAlerts = alerts.Subscribe(Wake);
        using var ofCatalogue = catalogue.Subscribe(_ => Wake());
        await RememberAsync(stop);
        appender.Describe(new(Series, MetricKind.Gauge, "Health of a system: 0 critical, 1 unknown, 2 warning, 3 maintenance, 4 ok."));
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Compute();
            }
            catch (Exception error)
            {
                log.LogError(error, "Health could not be computed; the next change tries again");
            }
            await PauseAsync(stop);
        }
    }

    void Compute()
    {
        var at = clock.GetUtcNow();
        var before = current;
        var reports = TargetReports.From(collectors.Current).ToArray();
        var active = silences.Active;
        var alertsOf = alerts.Current.ToLookup(alert => alert.SystemId);
        var systems = catalogue.Current.Systems
            .Select(system => HealthRule.Compute(system, reports, alertsOf[system.Id], before.Systems.FirstOrDefault(known => known.SystemId == system.Id), at, active, alert => acknowledgements.Of(alert)?.OwnerName))
            .Select(system => Resumed(system, at))
            .ToArray();
        current = new(at, systems);
        var watched = reports.Select(report => report.SystemId).ToHashSet();
        Keep(systems.Where(system => watched.Contains(system.SystemId) && IsWorthKeeping(system, at)), at.ToUnixTimeMilliseconds());
        if (!SameStates(before.Systems, systems))
            subscribers.Call(log);
    }

    async Task RememberAsync(CancellationToken stop)
    {
        try
        {
            remembered = await memory.ReadAsync(catalogue.Current.Environment, stop);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogWarning(error, "The states before this start could not be read; since when they hold begins anew");
        }
        rememberedUntil = clock.GetUtcNow() + Settling;
    }

    /// <summary>A state that held before this start already keeps its beginning.</summary>
    SystemHealth Resumed(SystemHealth system, DateTimeOffset at)
    {
        if (at > rememberedUntil || !remembered.TryGetValue(system.SystemId, out var before) || before.Health != system.State.Health)
            return system;
        return system.State.Since > before.Since ? system with { State = system.State with { Since = before.Since } } : system;
    }

    /// <summary>
    /// What fails in the first minute may be the start of this machine and not the system's own: unless it was so before the start already,
    /// the history gets a gap there and no red quarter of an hour. The pages show it all the same.
    /// </summary>
    bool IsWorthKeeping(SystemHealth system, DateTimeOffset at) =>
        system.State.Health > Health.Unknown || at > rememberedUntil || (remembered.TryGetValue(system.SystemId, out var before) && before.Health == system.State.Health);

    // What no target has reported on yet leaves a gap in the history: nothing was observed.
    void Keep(IEnumerable<SystemHealth> systems, long at)
    {
        var batch = systems.Select(system => new PendingSample(
            appender.Resolve(Labels.Of(Series, ("system", system.SystemId), ("environment", catalogue.Current.Environment))), at, (int)system.State.Health)).ToArray();
        appender.Append(batch);
    }

    static bool SameStates(IReadOnlyList<SystemHealth> before, IReadOnlyList<SystemHealth> now) =>
        before.Count == now.Count && before.Zip(now).All(pair =>
            pair.First.SystemId == pair.Second.SystemId && pair.First.State == pair.Second.State && pair.First.Causes.SequenceEqual(pair.Second.Causes));

    async Task PauseAsync(CancellationToken stop)
    {
        await Task.Delay(ShortestPause, clock, stop);
        using var tick = new CancellationTokenSource(Interval - ShortestPause, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, stop);
        try
        {
            await wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // A second has passed.
        }
    }

    void Wake() => wake.Writer.TryWrite(true);
}
