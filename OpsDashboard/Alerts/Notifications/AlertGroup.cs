using OpsDashboard.Alerts.Routing;
using OpsDashboard.Metrics;
using Route = OpsDashboard.Alerts.Routing.Route;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>Alerts that are told together: those of one route with the same values of its group labels.</summary>
sealed class AlertGroup(Route route, Labels labels)
{
    public Route Route { get; } = route;
    public Labels Labels { get; } = labels;
    public string Key { get; } = route.GroupKey(labels);
    public Dictionary<Guid, Alert> Alerts { get; } = [];

    /// <summary>When it is looked at next.</summary>
    public DateTimeOffset DueAt { get; set; }
    public bool WasTold { get; set; }
}

/// <summary>
/// Sorts alerts into groups and says when each is due: after <c>group_wait</c> for the first time, then each <c>group_interval</c>
/// (alertmanager dispatch/dispatch.go). Reads no clock, does no I/O; not thread-safe.
/// </summary>
sealed class AlertGroups
{
    readonly Dictionary<string, AlertGroup> groups = [];
    readonly Dictionary<Guid, Alert> known = [];

    public RoutingTable Table { get; private set; } = RoutingTable.Default;

    public IReadOnlyCollection<AlertGroup> All => groups.Values;

    /// <summary>Every alert that fires or whose end is still to be told.</summary>
    public IReadOnlyCollection<Alert> Alerts => known.Values;

    /// <summary>Takes another routing: every alert is sorted anew; groups that stay the same keep their time.</summary>
    public void Reroute(RoutingTable table, DateTimeOffset now)
    {
        if (ReferenceEquals(table, Table))
            return;
        Table = table;
        var before = groups.ToDictionary();
        groups.Clear();
        foreach (var alert in known.Values)
            Sort(alert, now);
        foreach (var (key, group) in groups)
        {
            if (before.TryGetValue(key, out var same))
                (group.DueAt, group.WasTold) = (same.DueAt, same.WasTold);
        }
    }

    /// <summary>Takes alerts as they are now.</summary>
    public void Take(IEnumerable<Alert> alerts, DateTimeOffset now)
    {
        foreach (var alert in alerts.Where(alert => alert.State is AlertState.Firing or AlertState.Resolved))
        {
            // What never was seen firing was told to nobody.
            if (alert.State == AlertState.Resolved && !known.ContainsKey(alert.Id) && alert.FiredAt is null)
                continue;
            if (known.TryGetValue(alert.Id, out var before) && !before.Labels.Equals(alert.Labels))
                Move(before, alert, now);
            known[alert.Id] = alert;
            Sort(alert, now);
        }
    }

    public IReadOnlyList<AlertGroup> Due(DateTimeOffset now) => [.. groups.Values.Where(group => group.DueAt <= now)];

    /// <summary>A group was told before this process began: its next time is reckoned from then.</summary>
    public void Remember(string groupKey, DateTimeOffset toldAt, DateTimeOffset now)
    {
        if (!groups.TryGetValue(groupKey, out var group))
            return;
        group.WasTold = true;
        var next = toldAt + group.Route.GroupInterval;
        group.DueAt = next > now ? next : now;
    }

    /// <summary>A group was looked at: what ended and was told of falls out.</summary>
    public void Told(AlertGroup group, DateTimeOffset now)
    {
        foreach (var over in group.Alerts.Values.Where(alert => alert.State == AlertState.Resolved).ToArray())
        {
            group.Alerts.Remove(over.Id);
            if (groups.Values.All(other => !other.Alerts.ContainsKey(over.Id)))
                known.Remove(over.Id);
        }
        (group.WasTold, group.DueAt) = (true, now + group.Route.GroupInterval);
        if (group.Alerts.Count == 0)
            groups.Remove(group.Key);
    }

    public void Clear()
    {
        groups.Clear();
        known.Clear();
    }

    void Sort(Alert alert, DateTimeOffset now)
    {
        foreach (var route in Table.Match(alert.Labels))
        {
            var labels = route.GroupOf(alert.Labels);
            var key = route.GroupKey(labels);
            if (!groups.TryGetValue(key, out var group))
                groups.Add(key, group = new(route, labels) { DueAt = DueAt(route, alert, now) });
            group.Alerts[alert.Id] = alert;
        }
    }

    // Alertmanager tells at once what has fired for longer than the wait already.
    static DateTimeOffset DueAt(Route route, Alert alert, DateTimeOffset now)
    {
        var firedAt = alert.FiredAt ?? now;
        return firedAt + route.GroupWait < now ? now : (firedAt < now ? firedAt : now) + route.GroupWait;
    }

    // An alert with several levels carries other labels at each: in a group where it no longer belongs it has ended.
    void Move(Alert before, Alert now, DateTimeOffset at)
    {
        var kept = Table.Match(now.Labels).Select(route => route.GroupKey(route.GroupOf(now.Labels))).ToHashSet();
        foreach (var group in groups.Values.Where(group => group.Alerts.ContainsKey(before.Id) && !kept.Contains(group.Key)))
            group.Alerts[before.Id] = before with { State = AlertState.Resolved, ResolvedAt = at };
    }
}
