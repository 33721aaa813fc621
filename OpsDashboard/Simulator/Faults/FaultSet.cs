namespace OpsDashboard.Simulator.Faults;

/// <summary>The faults of one system, at most one a kind. Thread-safe; what has passed its end is gone at once.</summary>
sealed class FaultSet(TimeProvider clock)
{
    readonly Lock gate = new();
    readonly Dictionary<FaultKind, Fault> faults = [];
    CancellationTokenSource changed = new();

    /// <summary>Puts a fault in force; one of the same kind is replaced.</summary>
    public Fault Start(FaultKind kind, double value, TimeSpan lasting)
    {
        var now = clock.GetUtcNow();
        var fault = new Fault(kind, value, now, now + lasting);
        lock (gate)
            faults[kind] = fault;
        Announce();
        return fault;
    }

    /// <summary>Ends one kind, or all where <paramref name="kind"/> is null; says how many were in force.</summary>
    public int End(FaultKind? kind = null)
    {
        int ended;
        lock (gate)
        {
            ended = faults.Values.Count(fault => IsInForce(fault) && (kind is null || fault.Kind == kind));
            if (kind is { } one)
                faults.Remove(one);
            else
                faults.Clear();
        }
        Announce();
        return ended;
    }

    /// <summary>The value of a fault in force, or null.</summary>
    public double? Value(FaultKind kind)
    {
        lock (gate)
            return faults.TryGetValue(kind, out var fault) && IsInForce(fault) ? fault.Value : null;
    }

    public bool Has(FaultKind kind) => Value(kind) is not null;

    public IReadOnlyList<Fault> InForce()
    {
        lock (gate)
            return [.. faults.Values.Where(IsInForce).OrderBy(fault => fault.StartedAt)];
    }

    /// <summary>Cancelled at the next change; for those who wait for a fault to end.</summary>
    public CancellationToken Changed
    {
        get
        {
            lock (gate)
                return changed.Token;
        }
    }

    bool IsInForce(Fault fault) => clock.GetUtcNow() < fault.EndsAt;

    void Announce()
    {
        CancellationTokenSource old;
        lock (gate)
            (old, changed) = (changed, new());
        old.Cancel();
    }
}
