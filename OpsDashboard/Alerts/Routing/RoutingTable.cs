using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Routing;

/// <summary>Who is told of what: Alertmanager's routing tree with its receivers, inhibitions and time intervals. Immutable.</summary>
public sealed record RoutingTable(Route Root, IReadOnlyDictionary<string, Receiver> Receivers, IReadOnlyList<InhibitRule> Inhibitions, IReadOnlyDictionary<string, IReadOnlyList<TimeInterval>> TimeIntervals)
{
    /// <summary>The receiver that needs nothing to be set up.</summary>
    public const string InApp = "in-app";

    /// <summary>How long an alert that another Prometheus sent without an end holds (<c>resolve_timeout</c>).</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The mail server that receivers have in common (<c>smtp_smarthost</c> and what belongs to it).</summary>
    public MailServer Mail { get; init; } = MailServer.None;

    /// <summary>Who knows the people that are reached by name.</summary>
    public IReadOnlyList<IPersonalReceivers> People { get; init; } = [];

    /// <summary>Where a team wrote no routing: the dashboard itself says it, at once.</summary>
    public static readonly RoutingTable Default = new(
        new() { Receiver = InApp, Key = Route.KeyOf(null, []), GroupBy = ["system", "alertname"], GroupWait = TimeSpan.FromSeconds(1) },
        new Dictionary<string, Receiver> { [InApp] = new(InApp, [new InAppMethod()]) }, [], new Dictionary<string, IReadOnlyList<TimeInterval>>());

    /// <summary>What counts now.</summary>
    public static RoutingTable Of(CatalogueSnapshot catalogue)
    {
        var table = catalogue.Documents.TryGetValue(typeof(RoutingTable), out var document) ? (RoutingTable)document : Default;
        if (document is not null && catalogue.Documents.TryGetValue(typeof(ReceiverExtras), out var extras))
            table = ((ReceiverExtras)extras).Over(table);
        return catalogue.Documents.Values.OfType<IPersonalReceivers>().ToArray() is { Length: > 0 } people ? table with { People = people } : table;
    }

    /// <summary>A receiver of the routing, or a person; null where there is none.</summary>
    public Receiver? Find(string receiver) =>
        Receivers.TryGetValue(receiver, out var found) ? found : People.Select(people => people.Find(receiver, this)).FirstOrDefault(person => person is not null);

    /// <summary>Whether the time of the clock mutes what takes this route.</summary>
    public bool IsMuted(Route route, DateTimeOffset at) =>
        route.MuteTimeIntervals.Any(name => Contains(name, at)) || (route.ActiveTimeIntervals.Count > 0 && !route.ActiveTimeIntervals.Any(name => Contains(name, at)));

    /// <summary>
    /// The routes that an alert with these labels takes. The own watchdog, which always fires, takes only a route that asks for alerts by name:
    /// it is there for the heartbeat and for who waits for it, and must not reach everybody through the root.
    /// </summary>
    public IReadOnlyList<Route> Match(Labels labels) => BuiltInRules.IsWatchdog(labels) ? [.. Root.Match(labels).Where(route => route.Key.Contains("alertname", StringComparison.Ordinal))] : Root.Match(labels);

    /// <summary>Where an alert with these labels would go.</summary>
    public IReadOnlyList<RoutingStep> Test(Labels labels, DateTimeOffset at) => [.. Match(labels).Select(route =>
    {
        var receiver = Receivers[route.Receiver];
        var group = route.GroupOf(labels);
        return new RoutingStep(route.Key, route.Line, receiver.Name, [.. receiver.Methods.Select(method => $"{method.Kind}: {method.Destination}")], receiver.Next, group, route.GroupKey(group), route.GroupWait, route.GroupInterval, route.RepeatInterval, IsMuted(route, at));
    })];

    bool Contains(string name, DateTimeOffset at) => TimeIntervals.TryGetValue(name, out var intervals) && intervals.Any(interval => interval.Contains(at));
}

/// <param name="Line">In alertmanager.yml; 0 where there is none.</param>
/// <param name="Next">The receiver that is told when this one is not reached within a minute.</param>
/// <param name="IsMuted">The clock mutes it now.</param>
public sealed record RoutingStep(string Route, int Line, string Receiver, IReadOnlyList<string> Methods, string? Next, Labels Group, string GroupKey, TimeSpan GroupWait, TimeSpan GroupInterval, TimeSpan RepeatInterval, bool IsMuted);
