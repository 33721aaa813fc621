using OpsDashboard.Access;
using OpsDashboard.Audit;

namespace OpsDashboard.Alerts;

/// <summary>
/// Alerts for pages and endpoints: only those of systems whose alerts the actor may read; alerts without a system are for grants over all systems.
/// Thread-safe.
/// </summary>
public sealed class AlertQuery(AlertBook book, AlertStore store)
{
    public const int MaxLimit = 500;

    /// <summary>Pending, firing and lately resolved alerts, worst first. In memory, no I/O.</summary>
    /// <exception cref="AccessDeniedException">The actor may read alerts of no system.</exception>
    public IReadOnlyList<Alert> Current(Actor actor)
    {
        Demand(actor);
        return actor.May(Permission.ReadAlerts) ? book.Current : [.. book.Current.Where(alert => MayRead(actor, alert))];
    }

    /// <summary>One alert, however old.</summary>
    /// <exception cref="NotFoundException">There is none, or not for this actor.</exception>
    public async ValueTask<Alert> FindAsync(Actor actor, Guid id, CancellationToken stop)
    {
        Demand(actor);
        var alert = book.Find(id) ?? (await store.FindAsync([id], stop)).SingleOrDefault();
        return alert is not null && MayRead(actor, alert) ? alert : throw new NotFoundException($"alert {id}");
    }

    /// <summary>What happened to one alert, the oldest first.</summary>
    /// <exception cref="NotFoundException">There is no such alert, or not for this actor.</exception>
    public async Task<IReadOnlyList<AlertTransition>> TransitionsAsync(Actor actor, Guid id, CancellationToken stop)
    {
        await FindAsync(actor, id, stop);
        return await store.TransitionsOfAsync(id, stop);
    }

    /// <summary>Alerts that fired, the latest first: of one rule, of one label set, of a time.</summary>
    /// <param name="filter">Its systems are narrowed to those that the actor may read.</param>
    /// <param name="before">Continues behind this alert of an earlier answer.</param>
    public Task<IReadOnlyList<Alert>> HistoryAsync(Actor actor, AlertHistoryFilter filter, Guid? before, int limit, CancellationToken stop)
    {
        Demand(actor);
        if (!actor.May(Permission.ReadAlerts))
        {
            var readable = actor.Grants.Select(grant => grant.SystemId).OfType<string>().Where(system => actor.May(Permission.ReadAlerts, system));
            filter = filter with { Systems = [.. filter.Systems is { } asked ? readable.Intersect(asked) : readable.Distinct()] };
        }
        return store.HistoryAsync(filter, before, Math.Clamp(limit, 1, MaxLimit), stop);
    }

    /// <summary>How often each rule fired since, by the rule's id; rules that did not are missing.</summary>
    /// <exception cref="AccessDeniedException">The actor may read alerts of no system.</exception>
    public async Task<IReadOnlyDictionary<string, int>> FiringsAsync(Actor actor, DateTimeOffset since, CancellationToken stop)
    {
        Demand(actor);
        var counts = await store.FiringsByRuleAsync(since, stop);
        return actor.May(Permission.ReadAlerts) ? counts : counts.Where(count => actor.May(Permission.ReadAlerts, count.Key.Split('/')[0])).ToDictionary();
    }

    /// <summary>Whether the actor may read the alert: for those who follow the book itself.</summary>
    public static bool MayRead(Actor actor, Alert alert) => actor.May(Permission.ReadAlerts, alert.SystemId);

    /// <exception cref="AccessDeniedException">The actor may read alerts of no system.</exception>
    internal static void Demand(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadAlerts))
            actor.Demand(Permission.ReadAlerts);
    }
}
