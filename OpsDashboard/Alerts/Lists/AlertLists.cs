using System.Collections.Concurrent;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;

namespace OpsDashboard.Alerts.Lists;

/// <summary>The lists that pages show: what one viewer's page put together serves the others until an alert changes. Thread-safe, no I/O.</summary>
public sealed class AlertLists(HandledAlerts alerts)
{
    /// <summary>Filters are anybody's text; more of them at once are put together for each asker.</summary>
    const int MostShared = 16;

    volatile Shared shared = new([]);

    /// <exception cref="AccessDeniedException">The actor may read alerts of no system.</exception>
    public AlertList Of(Actor actor, AlertFilter filter)
    {
        var all = alerts.Current(actor);
        if (filter.Owner == AlertFilter.Mine || !actor.May(Permission.ReadAlerts))
            return AlertList.From(all, filter, actor);
        var known = shared;
        if (!ReferenceEquals(known.Alerts, all))
            shared = known = new(all);
        if (known.Lists.Count >= MostShared && !known.Lists.ContainsKey(filter))
            return AlertList.From(all, filter, actor);
        return known.Lists.GetOrAdd(filter, asked => new(() => AlertList.From(all, asked, actor))).Value;
    }

    sealed record Shared(IReadOnlyList<HandledAlert> Alerts)
    {
        public ConcurrentDictionary<AlertFilter, Lazy<AlertList>> Lists { get; } = new();
    }
}
