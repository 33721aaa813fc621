using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Logs.Search;

namespace OpsDashboard.Logs.Live;

/// <summary>Log lines that browsers follow as they come. Viewers with the same filter and grants share one topic.</summary>
sealed class LogLiveSource(LiveBus bus, LiveOptions options, TimeProvider clock) : ILiveSource, IDisposable
{
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly Dictionary<(string Scope, string What), Entry> topics = [];
    ITimer? sweeper;

    public string Name => "logs";

    /// <summary>Filters that are followed.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return topics.Count;
        }
    }

    public ValueTask<LiveTopic> OpenAsync(LiveRequest request, Actor actor, CancellationToken stop)
    {
        if (request.Mode != LiveMode.Stream)
            throw new LiveRefusedException("Lines are followed as a stream.");
        var match = LiveFilter.Read(request.What);
        var scope = LogScope.Of(actor, match.Filter.Systems);
        var key = (Key(scope), request.What);
        lock (gate)
        {
            if (topics.TryGetValue(key, out var known))
            {
                known.LeftAt = clock.GetTimestamp();
                return ValueTask.FromResult(known.Topic.Topic);
            }
            DemandRoom(actor);
            var topic = new LogTopic(match, scope, bus, clock, count => OnViewers(key, count));
            topics[key] = new(topic, actor.Id, clock.GetTimestamp());
            sweeper ??= clock.CreateTimer(_ => Sweep(), null, Grace, Grace);
            return ValueTask.FromResult(topic.Topic);
        }
    }

    // Actors who may read the same systems get the same lines, so they share.
    static string Key(LogScope scope) => scope.Systems is null ? "" : string.Join(',', scope.Systems.Order(StringComparer.Ordinal));

    void DemandRoom(Actor actor)
    {
        if (topics.Count >= options.MaxTotal)
            throw new LiveRefusedException($"The dashboard follows {options.MaxTotal} filters already; close pages that nobody reads.");
        if (topics.Values.Count(entry => entry.BegunBy == actor.Id) >= options.MaxPerActor)
            throw new LiveRefusedException($"You follow {options.MaxPerActor} filters already; close pages that you do not read.");
    }

    void OnViewers((string, string) key, int count)
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
                entry.Topic.Dispose();
            }
        }
    }

    public void Dispose()
    {
        sweeper?.Dispose();
        foreach (var (_, entry) in topics)
            entry.Topic.Dispose();
    }

    sealed class Entry(LogTopic topic, string begunBy, long leftAt)
    {
        public LogTopic Topic { get; } = topic;
        public string BegunBy { get; } = begunBy;
        public int Viewers { get; set; }
        public long LeftAt { get; set; } = leftAt;
    }
}
