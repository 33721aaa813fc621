using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Handling;

/// <summary>Who has which alert in hand. Thread-safe; what is shown is in memory, what was said is in the database of all replicas.</summary>
public sealed class Acknowledgements(AlertBook book, OpsContextFactory contexts, IAuditLog audit, LiveBus bus, IReplicaChannel replicas, TimeProvider clock)
{
    /// <summary>As many alerts as one call may name.</summary>
    public const int MostAlerts = 10_000;

    internal const string Topic = "acknowledgements";

    volatile ConcurrentDictionary<Guid, Acknowledgement> current = new();
    long version;

    /// <summary>Another number after every change.</summary>
    internal long Version => Interlocked.Read(ref version);

    /// <summary>Whether one has run out and was not ended yet.</summary>
    internal bool IsAnyOver
    {
        get
        {
            var now = clock.GetUtcNow();
            return current.Any(pair => !pair.Value.HoldsAt(now));
        }
    }

    /// <summary>Who has the alert in hand now, or null.</summary>
    public Acknowledgement? Of(Guid alertId) => current.TryGetValue(alertId, out var found) && found.HoldsAt(clock.GetUtcNow()) ? found : null;

    /// <summary>Takes open alerts in hand, together, with one statement and one audit entry.</summary>
    /// <exception cref="InvalidInputException" />
    /// <exception cref="NotFoundException">An alert is unknown to the actor; nothing was changed.</exception>
    /// <exception cref="AccessDeniedException">The actor may not for the system of one of them; nothing was changed.</exception>
    public async Task<AcknowledgementOutcome> AcknowledgeAsync(Actor actor, IReadOnlyCollection<Guid> alertIds, AcknowledgementInput input, CancellationToken stop)
    {
        input.Validate();
        var alerts = Find(actor, alertIds);
        var open = alerts.Where(alert => alert.IsOpen).Select(alert => alert.Id).ToArray();
        var at = clock.Now();
        var taken = new Acknowledgement { AlertId = default, OwnerId = actor.Id, OwnerName = actor.Name, Note = input.Note?.Trim() ?? "", At = at, Until = at + input.For };
        var changed = open.Length == 0 ? [] : await TakeAsync(actor, open, taken, input.TakesOver, stop);
        var mine = changed.Select(one => one.AlertId).ToHashSet();
        if (mine.Count > 0)
            Publish();
        var rest = alerts.Where(alert => !mine.Contains(alert.Id)).Select(alert => alert.Id).ToArray();
        var held = await ReadAsync(rest, stop);
        return new(changed, held, [.. rest.Except(held.Select(one => one.AlertId))]);
    }

    /// <summary>Lets alerts go, whoever had them in hand. Returns how many.</summary>
    /// <exception cref="NotFoundException">An alert is unknown to the actor; nothing was changed.</exception>
    /// <exception cref="AccessDeniedException">The actor may not for the system of one of them; nothing was changed.</exception>
    public async Task<int> ReleaseAsync(Actor actor, IReadOnlyCollection<Guid> alertIds, CancellationToken stop)
    {
        var ids = Find(actor, alertIds).Select(alert => alert.Id).ToArray();
        var count = await ChangeAsync(new(actor, "alert.unacknowledged", Subject(ids), Particulars: new Dictionary<string, object?> { ["alerts"] = ids }),
            context => AcknowledgementTable.ReleaseAsync(context, contexts.Options.Provider, ids, stop), stop);
        foreach (var id in ids)
            current.TryRemove(id, out _);
        Interlocked.Increment(ref version);
        if (count > 0)
            Publish();
        return count;
    }

    /// <summary>Reads anew what other replicas may have changed.</summary>
    internal async Task LoadAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        var rows = await context.Set<Acknowledgement>().AsNoTracking()
            .Where(one => context.Set<StoredAlert>().Any(alert => alert.Id == one.AlertId && (alert.State == AlertState.Pending || alert.State == AlertState.Firing)))
            .ToListAsync(stop);
        var (before, now) = (current, new ConcurrentDictionary<Guid, Acknowledgement>(rows.ToDictionary(row => row.AlertId)));
        if (before.Count == now.Count && now.All(pair => before.TryGetValue(pair.Key, out var known) && known.Version == pair.Value.Version))
            return;
        current = now;
        Interlocked.Increment(ref version);
        bus.Publish(new AcknowledgementsChanged());
    }

    /// <summary>Ends those whose timer has run out; of several replicas one does it and says so.</summary>
    internal async Task ExpireAsync(CancellationToken stop)
    {
        var now = clock.Now();
        var ids = current.Values.Where(one => one.Until <= now).Select(one => one.AlertId).ToArray();
        if (ids.Length == 0)
            return;
        await ChangeAsync(new(Actor.Program, "acknowledgement.expired", Subject(ids), Particulars: new Dictionary<string, object?> { ["alerts"] = ids }),
            context => context.Set<Acknowledgement>().Where(one => one.Until <= now).ExecuteDeleteAsync(stop), stop);
        foreach (var id in ids)
            current.TryRemove(id, out _);
        Interlocked.Increment(ref version);
        Publish();
    }

    // What the actor may not read is not there; what is there but not theirs to handle is refused.
    List<Alert> Find(Actor actor, IReadOnlyCollection<Guid> alertIds)
    {
        if (!actor.MayAnywhere(Permission.AcknowledgeAlerts))
            actor.Demand(Permission.AcknowledgeAlerts);
        if (alertIds.Count is 0 or > MostAlerts)
            throw new InvalidInputException("alerts", $"names between 1 and {MostAlerts:N0} alerts.");
        var found = new List<Alert>(alertIds.Count);
        foreach (var id in alertIds.Distinct())
        {
            if (book.Find(id) is not { } alert || !AlertQuery.MayRead(actor, alert))
                throw new NotFoundException($"alert {id} that is open or was resolved lately");
            actor.Demand(Permission.AcknowledgeAlerts, alert.SystemId);
            found.Add(alert);
        }
        return found;
    }

    async Task<IReadOnlyList<Acknowledgement>> TakeAsync(Actor actor, Guid[] open, Acknowledgement taken, bool takesOver, CancellationToken stop)
    {
        var particulars = new Dictionary<string, object?> { ["alerts"] = open, ["note"] = taken.Note, ["until"] = taken.Until?.ToString("o"), ["takesOver"] = takesOver };
        var count = await ChangeAsync(new(actor, "alert.acknowledged", Subject(open), Particulars: particulars),
            context => AcknowledgementTable.TakeAsync(context, contexts.Options.Provider, open, taken, takesOver, stop), stop);
        if (count == 0)
            return [];
        await using var reading = contexts.CreateDbContext();
        var changed = await reading.Set<Acknowledgement>().AsNoTracking().Where(one => one.OwnerId == taken.OwnerId && one.At == taken.At).ToListAsync(stop);
        foreach (var one in changed)
            current[one.AlertId] = one;
        Interlocked.Increment(ref version);
        return changed;
    }

    async Task<IReadOnlyList<Acknowledgement>> ReadAsync(Guid[] alertIds, CancellationToken stop)
    {
        if (alertIds.Length == 0)
            return [];
        await using var context = contexts.CreateDbContext();
        return await context.Set<Acknowledgement>().AsNoTracking().Where(one => alertIds.Contains(one.AlertId)).ToListAsync(stop);
    }

    async Task<int> ChangeAsync(AuditRecord record, Func<OpsContext, Task<int>> change, CancellationToken stop)
    {
        using var permit = await contexts.Gate.EnterAsync(stop);
        await using var context = contexts.CreateDbContext();
        await using var transaction = await context.Database.BeginTransactionAsync(stop);
        var count = await change(context);
        if (count > 0)
            await audit.CommitAsync(context, record, stop);
        return count;
    }

    void Publish()
    {
        bus.Publish(new AcknowledgementsChanged());
        replicas.Publish(Topic);
    }

    static string Subject(Guid[] ids) => ids is [var only] ? $"alert/{only}" : "alerts";
}
