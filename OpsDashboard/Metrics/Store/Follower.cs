namespace OpsDashboard.Metrics.Store;

/// <summary>One observer and what it observes.</summary>
sealed class Follower(IReadOnlyList<LabelMatcher> matchers, Action observer, Action<Follower> leave) : IDisposable
{
    volatile bool left;

    public IReadOnlyList<LabelMatcher> Matchers { get; } = [.. matchers];

    public bool Wants(Labels labels)
    {
        foreach (var matcher in Matchers)
        {
            if (!matcher.Matches(labels))
                return false;
        }
        return true;
    }

    public void Notify()
    {
        if (!left)
            observer();
    }

    public void Dispose()
    {
        left = true;
        leave(this);
    }
}

/// <summary>Collects whom a batch concerns, so that each is told once. Kept a thread, for it must not allocate.</summary>
sealed class FollowerSet
{
    [ThreadStatic]
    static FollowerSet? current;

    readonly HashSet<Follower> followers = [];
    Follower[] latest = [];

    public static FollowerSet Rent()
    {
        // Taken out while in use: an observer may append itself.
        var set = current ?? new FollowerSet();
        current = null;
        return set;
    }

    public void Add(Follower[] some)
    {
        // Neighbours in a batch mostly have the same followers.
        if (some.Length == 0 || ReferenceEquals(some, latest))
            return;
        latest = some;
        foreach (var follower in some)
            followers.Add(follower);
    }

    public void NotifyAndReturn()
    {
        foreach (var follower in followers)
            follower.Notify();
        followers.Clear();
        latest = [];
        current = this;
    }
}
