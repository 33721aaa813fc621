using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;

namespace OpsDashboard.Alerts.Lists;

/// <summary>An alert with those that it explains: while it fires nobody is told of them.</summary>
public sealed record ListedAlert(HandledAlert One, IReadOnlyList<HandledAlert> Explains);

/// <summary>Alerts of one system and name, worst first.</summary>
public sealed record AlertBundle(string Key, string? SystemId, string Name, IReadOnlyList<ListedAlert> Alerts)
{
    public HandledAlert Worst => Alerts[0].One;

    public int Owned => Alerts.Count(listed => listed.One.Acknowledgement is not null);

    public DateTimeOffset Since => Alerts.Min(listed => listed.One.Alert.Since);
}

/// <summary>
/// All alerts as one list, bundled, what needs a person first: firing before pending, worse before milder, what nobody has before what somebody has,
/// what is muted last. What another alert explains stands beneath that one. Pure; 10,000 alerts are a matter of milliseconds.
/// </summary>
public sealed record AlertList(IReadOnlyList<AlertBundle> Bundles, int Count, int Firing, int Unowned)
{
    public static readonly AlertList Empty = new([], 0, 0, 0);

    public static AlertList From(IReadOnlyList<HandledAlert> alerts, AlertFilter filter, Actor actor)
    {
        var shown = alerts.Where(one => filter.Passes(one, actor)).ToList();
        var causes = shown.Select(one => one.Alert.InhibitedBy).OfType<Guid>().ToHashSet();
        causes.IntersectWith(causes.Count > 0 ? shown.Select(one => one.Alert.Id) : []);
        var beneath = shown.Where(one => one.Alert.InhibitedBy is { } root && causes.Contains(root)).ToLookup(one => one.Alert.InhibitedBy!.Value);
        var roots = shown.Where(one => one.Alert.InhibitedBy is not { } root || !causes.Contains(root)).ToArray();
        Array.Sort(Array.ConvertAll(roots, one => new AlertPlace(Rank(one), one.Alert.Since.UtcTicks, one.Alert.Id)), roots);
        var bundles = roots
            .GroupBy(one => (one.Alert.SystemId, one.Alert.Name))
            .Select(bundle => new AlertBundle(AlertFilter.KeyOf(bundle.First().Alert), bundle.Key.SystemId, bundle.Key.Name, [.. bundle.Select(one => new ListedAlert(one, Beneath(one.Alert.Id, beneath)))]));
        return new([.. bundles], shown.Count, shown.Count(one => one.Alert.State == AlertState.Firing), shown.Count(one => one.Alert.State == AlertState.Firing && NeedsAPerson(one)));
    }

    /// <summary>Whether the same alerts stand in the same order.</summary>
    public bool SameOrder(AlertList other) => Order.SequenceEqual(other.Order);

    /// <summary>The same alerts in the same places, as they are now; those that are gone stay as they were last seen.</summary>
    public AlertList Renewed(IReadOnlyList<HandledAlert> alerts)
    {
        var now = alerts.ToDictionary(one => one.Alert.Id);
        HandledAlert Now(HandledAlert one) => now.GetValueOrDefault(one.Alert.Id, one);
        return this with { Bundles = [.. Bundles.Select(bundle => bundle with { Alerts = [.. bundle.Alerts.Select(listed => new ListedAlert(Now(listed.One), [.. listed.Explains.Select(Now)]))] })] };
    }

    /// <summary>It fires, is worth waking somebody, and nobody has it or muted it.</summary>
    public static bool NeedsAPerson(HandledAlert one) =>
        one.Alert is { State: AlertState.Firing, InhibitedBy: null, Severity: not ("info" or "none") } && one.Acknowledgement is null && !one.IsSilenced;

    IEnumerable<Guid> Order => Bundles.SelectMany(bundle => bundle.Alerts).SelectMany(listed => listed.Explains.Prepend(listed.One)).Select(one => one.Alert.Id);

    static IReadOnlyList<HandledAlert> Beneath(Guid root, ILookup<Guid, HandledAlert> beneath)
    {
        if (!beneath.Contains(root))
            return [];
        var (found, seen) = (new List<HandledAlert>(), new HashSet<Guid> { root });
        var next = new Queue<Guid>([root]);
        while (next.TryDequeue(out var at))
        {
            foreach (var one in beneath[at].Where(one => seen.Add(one.Alert.Id)))
            {
                found.Add(one);
                next.Enqueue(one.Alert.Id);
            }
        }
        return found;
    }

    static int Rank(HandledAlert one) =>
        (one.Alert.State switch { AlertState.Firing => 0, AlertState.Pending => 100, _ => 200 })
        + (one.IsSilenced || one.Alert.InhibitedBy is not null ? 50 : 0)
        + (one.Alert.Severity switch { "critical" => 0, "warning" => 10, "info" => 20, _ => 30 })
        + (one.Acknowledgement is null ? 0 : 5);
}
