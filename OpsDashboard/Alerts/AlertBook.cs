using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;

namespace OpsDashboard.Alerts;

/// <summary>
/// The alerts as this replica shows them: those that it evaluates itself as of the last evaluation, the others as the database has them.
/// Transitions are stored, then published. While the database is away they are shown all the same and stored when it is back. Thread-safe.
/// </summary>
public sealed class AlertBook(AlertStore store, LiveBus bus, IReplicaChannel replicas, TimeProvider clock, ILogger<AlertBook> log)
{
    /// <summary>The topic by which replicas wake each other.</summary>
    internal const string Topic = "alerts";

    /// <summary>How long a resolved alert stays listed (Prometheus' resolvedRetention).</summary>
    public static readonly TimeSpan ResolvedRetention = TimeSpan.FromMinutes(15);

    /// <summary>Changes that wait for the database; beyond that the oldest fall out and only the last state of an alert is stored.</summary>
    const int MostUnsaved = 100_000;

    readonly Lock gate = new();
    readonly Dictionary<Guid, Alert> alerts = [];
    readonly List<(AlertChange Change, long? Epoch)> unsaved = [];
    readonly SemaphoreSlim saving = new(1, 1);
    readonly Subscribers subscribers = new();
    IReadOnlyList<Alert>? sorted;

    /// <summary>Why changes wait for the database, or null.</summary>
    public string? LastError { get; private set; }

    /// <summary>Pending, firing and lately resolved alerts, worst first.</summary>
    public IReadOnlyList<Alert> Current
    {
        get
        {
            lock (gate)
                return sorted ??= Sort();
        }
    }

    public Alert? Find(Guid id)
    {
        lock (gate)
            return alerts.GetValueOrDefault(id);
    }

    public IDisposable Subscribe(Action changed) => subscribers.Add(changed);

    /// <summary>Shows what an evaluation found and stores its changes. Never throws for a database that is away.</summary>
    /// <param name="refreshed">Open alerts without a transition whose value or texts are new.</param>
    /// <exception cref="EvaluatorReplacedException">Another process has taken over; its view is to be shown instead.</exception>
    public async Task RecordAsync(IReadOnlyList<AlertChange> changes, IReadOnlyCollection<Alert> refreshed, long? epoch, CancellationToken stop)
    {
        bool isSaved;
        lock (gate)
        {
            Show(refreshed.Concat(changes.Select(change => change.Now)));
            unsaved.AddRange(changes.Select(change => (change, epoch)));
            if (unsaved.Count > MostUnsaved)
                unsaved.RemoveRange(0, unsaved.Count - MostUnsaved);
            isSaved = unsaved.Count == 0;
        }
        if (changes.Count > 0)
            subscribers.Call(log);
        if (!isSaved)
            await SaveAsync(stop);
    }

    /// <summary>Shows what the database holds, as after a start or when another replica evaluates, and what it does not hold yet.</summary>
    /// <returns>What the database holds.</returns>
    internal async Task<IReadOnlyList<Alert>> LoadAsync(DateTimeOffset resolvedSince, CancellationToken stop)
    {
        IReadOnlyList<Alert> stored;
        // No change is stored between reading and showing: it would vanish from sight.
        await saving.WaitAsync(stop);
        try
        {
            stored = await store.OpenAsync(resolvedSince, stop);
            lock (gate)
            {
                alerts.Clear();
                Show(stored.Concat(unsaved.Select(one => one.Change.Now)));
            }
        }
        finally
        {
            saving.Release();
        }
        subscribers.Call(log);
        return stored;
    }

    /// <summary>Stores what came from outside, then shows it.</summary>
    internal async Task StoreAsync(IReadOnlyList<AlertChange> changes, IReadOnlyList<Alert> refreshed, CancellationToken stop)
    {
        await saving.WaitAsync(stop);
        try
        {
            if (changes.Count > 0)
                await store.SaveAsync(changes, null, stop);
            Show(refreshed.Concat(changes.Select(change => change.Now)));
        }
        finally
        {
            saving.Release();
        }
        subscribers.Call(log);
    }

    /// <summary>Shows what another replica stored.</summary>
    internal void Take(IReadOnlyCollection<Alert> changed, IReadOnlyCollection<Guid> gone)
    {
        lock (gate)
        {
            foreach (var id in gone)
                alerts.Remove(id);
        }
        Show(changed);
        subscribers.Call(log);
    }

    void Show(IEnumerable<Alert> now)
    {
        lock (gate)
        {
            foreach (var alert in now)
            {
                if (alert.State == AlertState.Inactive)
                    alerts.Remove(alert.Id);
                else
                    alerts[alert.Id] = alert;
            }
            sorted = null;
        }
    }

    async Task SaveAsync(CancellationToken stop)
    {
        await saving.WaitAsync(stop);
        try
        {
            (AlertChange Change, long? Epoch)[] batch;
            lock (gate)
                batch = [.. unsaved];
            foreach (var part in batch.GroupBy(one => one.Epoch))
                await store.SaveAsync([.. part.Select(one => one.Change)], part.Key, stop);
            lock (gate)
                unsaved.RemoveRange(0, Math.Min(batch.Length, unsaved.Count));
            LastError = null;
        }
        catch (EvaluatorReplacedException)
        {
            lock (gate)
                unsaved.Clear();
            throw;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            if (LastError is null)
                log.LogError(error, "Alert transitions could not be stored; they are shown, and stored when the database is back");
            LastError = error.Message;
            return;
        }
        finally
        {
            saving.Release();
        }
        bus.Publish(new AlertsChanged());
        replicas.Publish(Topic);
    }

    // Resolved alerts fall out of the list when they are old; the database keeps them.
    Alert[] Sort()
    {
        var oldest = clock.GetUtcNow() - ResolvedRetention;
        foreach (var old in alerts.Values.Where(alert => alert.ResolvedAt < oldest).Select(alert => alert.Id).ToArray())
            alerts.Remove(old);
        var all = alerts.Values.ToArray();
        Array.Sort(Array.ConvertAll(all, alert => new AlertPlace(Rank(alert), -alert.Since.UtcTicks, alert.Id)), all);
        return all;
    }

    static int Rank(Alert alert) =>
        (alert.State switch { AlertState.Firing => 0, AlertState.Pending => 10, _ => 20 })
        + (alert.Severity switch { "critical" => 0, "warning" => 1, "info" => 2, _ => 3 })
        + (alert.InhibitedBy is null ? 0 : 5);
}
