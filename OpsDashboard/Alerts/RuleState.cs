namespace OpsDashboard.Alerts;

/// <summary>
/// The alerts of one rule: inactive → pending (for) → firing (keep_firing_for) → resolved, as Prometheus' rules/alerting.go (AlertingRule.Eval).
/// Reads no clock: told what holds as of an instant. Not thread-safe; owned by one evaluator.
/// </summary>
public sealed class RuleState(AlertRule rule)
{
    /// <summary>Label sets whose firings are remembered; beyond that the scores begin anew.</summary>
    const int MostRemembered = 10_000;

    readonly Dictionary<ulong, Alert> open = [];
    readonly Dictionary<ulong, List<DateTimeOffset>> firings = [];

    public AlertRule Rule { get; } = rule;

    /// <summary>Pending and firing.</summary>
    public IReadOnlyCollection<Alert> Open => open.Values;

    /// <summary>Whether the label set has an alert that fires.</summary>
    public bool Fires(ulong fingerprint) => open.TryGetValue(fingerprint, out var alert) && alert.State == AlertState.Firing;

    /// <summary>Takes alerts of before a restart, and when they fired before that.</summary>
    public void Restore(IEnumerable<Alert> alerts, ILookup<ulong, DateTimeOffset> fired)
    {
        foreach (var alert in alerts.Where(alert => alert.IsOpen))
            open[alert.Fingerprint] = alert;
        foreach (var one in fired)
            firings[one.Key] = [.. one];
    }

    /// <summary>Takes what holds as of an instant; returns what changed its state or its severity.</summary>
    public IReadOnlyList<AlertChange> Apply(IReadOnlyList<Holding> holdings, DateTimeOffset at)
    {
        var changes = new List<AlertChange>();
        var held = new HashSet<ulong>(holdings.Count);
        foreach (var holding in holdings)
        {
            held.Add(holding.Fingerprint);
            Hold(holding, at, changes);
        }
        if (open.Count > held.Count || open.Keys.Any(fingerprint => !held.Contains(fingerprint)))
        {
            foreach (var fingerprint in open.Keys.Where(fingerprint => !held.Contains(fingerprint)).ToArray())
                Release(fingerprint, at, changes);
        }
        return changes;
    }

    /// <summary>Lets the condition of each alert have held longer by this, or shorter where it is negative.</summary>
    public void Age(TimeSpan by)
    {
        foreach (var (fingerprint, alert) in open.ToArray())
        {
            if (alert.State == AlertState.Pending)
                open[fingerprint] = alert with { ActiveAt = alert.ActiveAt - by };
            else if (alert.KeepFiringSince is { } since)
                open[fingerprint] = alert with { KeepFiringSince = since - by };
        }
    }

    /// <summary>Says by whose failure an open alert is explained; returns it as it is now.</summary>
    public Alert Inhibit(Alert alert, Guid? by) => open[alert.Fingerprint] = alert with { InhibitedBy = by };

    /// <summary>Ends everything, as when the rule is gone or yields too much to be believed.</summary>
    public IReadOnlyList<AlertChange> End(DateTimeOffset at)
    {
        var changes = new List<AlertChange>();
        foreach (var fingerprint in open.Keys.ToArray())
            End(fingerprint, at, changes);
        return changes;
    }

    void Hold(Holding holding, DateTimeOffset at, List<AlertChange> changes)
    {
        var known = open.GetValueOrDefault(holding.Fingerprint);
        var now = (known ?? New(holding, at)) with { Labels = holding.Labels, Value = holding.Value, Annotations = holding.Annotations, KeepFiringSince = null };
        if (now.State == AlertState.Pending && at - now.ActiveAt >= Rule.For)
            now = now with { State = AlertState.Firing, FiredAt = at, FlapScore = Fired(holding.Fingerprint, at) };
        open[holding.Fingerprint] = now;
        if (known is null || known.State != now.State || known.Severity != now.Severity)
            changes.Add(new(known?.State ?? AlertState.Inactive, now, at));
    }

    void Release(ulong fingerprint, DateTimeOffset at, List<AlertChange> changes)
    {
        var known = open[fingerprint];
        if (known.State == AlertState.Firing && Rule.KeepFiringFor > TimeSpan.Zero)
        {
            var since = known.KeepFiringSince ?? at;
            if (at - since < Rule.KeepFiringFor)
            {
                open[fingerprint] = known with { KeepFiringSince = since };
                return;
            }
        }
        End(fingerprint, at, changes);
    }

    void End(ulong fingerprint, DateTimeOffset at, List<AlertChange> changes)
    {
        open.Remove(fingerprint, out var known);
        changes.Add(new(known!.State, known.State == AlertState.Firing
            ? known with { State = AlertState.Resolved, ResolvedAt = at }
            : known with { State = AlertState.Inactive }, at));
    }

    double Fired(ulong fingerprint, DateTimeOffset at)
    {
        if (firings.Count > MostRemembered)
            firings.Clear();
        if (!firings.TryGetValue(fingerprint, out var times))
            firings.Add(fingerprint, times = []);
        times.RemoveAll(fired => at - fired > FlapScore.Memory);
        times.Add(at);
        return FlapScore.Of(times, at);
    }

    Alert New(Holding holding, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        RuleId = Rule.Id,
        Name = Rule.Name,
        Labels = holding.Labels,
        Fingerprint = holding.Fingerprint,
        Annotations = holding.Annotations,
        State = AlertState.Pending,
        Value = holding.Value,
        ValueAtTrigger = holding.Value,
        ActiveAt = at,
        Expression = Rule.Expression,
        For = Rule.For,
    };
}
