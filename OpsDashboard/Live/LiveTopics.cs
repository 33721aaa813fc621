using OpsDashboard.Audit;

namespace OpsDashboard.Live;

/// <summary>What fills a topic as long as somebody follows it.</summary>
public interface ILiveFeed : IDisposable
{
    LiveTopic Topic { get; }
}

/// <summary>
/// The topics of one source: made when they are first asked for, shared by all who ask for the same, ended some time after the last viewer left.
/// How many there may be, and how many one actor may begin, <see cref="LiveOptions"/> say. Thread-safe.
/// </summary>
/// <param name="things">What is followed, in words: <c>expressions</c>.</param>
public sealed class LiveTopics<TKey>(string things, LiveOptions options, TimeProvider clock) : IDisposable where TKey : notnull
{
    /// <summary>How long a topic that nobody watches goes on: a page that is loaded again finds it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly Dictionary<TKey, Entry> topics = [];
    readonly Dictionary<string, int> begun = [];
    ITimer? sweeper;

    public int Count
    {
        get
        {
            lock (gate)
                return topics.Count;
        }
    }

    /// <param name="begin">Begins to fill the topic; calls back with the number of its viewers whenever that changes.</param>
    /// <exception cref="LiveRefusedException">There are as many as there may be.</exception>
    public LiveTopic Open(TKey key, Actor actor, Func<Action<int>, ILiveFeed> begin)
    {
        lock (gate)
        {
            if (topics.TryGetValue(key, out var known))
            {
                // The caller is about to join: the grace time begins anew.
                known.LeftAt = clock.GetTimestamp();
                return known.Feed.Topic;
            }
            DemandRoom(actor);
            var feed = begin(count => OnViewers(key, count));
            topics[key] = new(feed, actor.Id, clock.GetTimestamp());
            begun[actor.Id] = begun.GetValueOrDefault(actor.Id) + 1;
            sweeper ??= clock.CreateTimer(_ => Sweep(), null, Grace, Grace);
            return feed.Topic;
        }
    }

    void DemandRoom(Actor actor)
    {
        if (topics.Count >= options.MaxTotal)
            throw new LiveRefusedException($"The dashboard follows {options.MaxTotal} {things} already; close pages that nobody reads.");
        if (begun.GetValueOrDefault(actor.Id) >= options.MaxPerActor)
            throw new LiveRefusedException($"You follow {options.MaxPerActor} {things} already; close pages that you do not read.");
    }

    void OnViewers(TKey key, int count)
    {
        lock (gate)
        {
            if (topics.TryGetValue(key, out var entry))
                (entry.Viewers, entry.LeftAt) = (count, clock.GetTimestamp());
        }
    }

    void Sweep()
    {
        lock (gate)
        {
            foreach (var (key, entry) in topics)
            {
                if (entry.Viewers > 0 || clock.GetElapsedTime(entry.LeftAt) < Grace)
                    continue;
                topics.Remove(key);
                entry.Feed.Dispose();
                if (--begun[entry.BegunBy] == 0)
                    begun.Remove(entry.BegunBy);
            }
        }
    }

    public void Dispose()
    {
        sweeper?.Dispose();
        foreach (var (_, entry) in topics)
            entry.Feed.Dispose();
    }

    sealed class Entry(ILiveFeed feed, string begunBy, long leftAt)
    {
        public ILiveFeed Feed { get; } = feed;
        public string BegunBy { get; } = begunBy;
        public int Viewers { get; set; }
        public long LeftAt { get; set; } = leftAt;
    }
}
