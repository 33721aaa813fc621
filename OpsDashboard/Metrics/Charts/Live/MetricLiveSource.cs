using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts.Live;

/// <summary>Expressions that browsers follow. Viewers with the same grants share one topic an expression, step and mode.</summary>
sealed class MetricLiveSource(IPromQl promQl, ISampleQuery samples, LiveOptions options, TimeProvider clock, ILogger<MetricLiveSource> log) : ILiveSource, IDisposable
{
    /// <summary>How long a topic that nobody watches goes on: a page that is loaded again finds it.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly Dictionary<(string Scope, LiveRequest Request), Entry> topics = [];
    readonly Dictionary<string, int> begun = [];
    ITimer? sweeper;

    public string Name => "metrics";

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
        var normal = request with { Step = request.Mode == LiveMode.Tile ? 0 : ChartStep.Rounded(request.Step) };
        var query = Parse(normal.What, actor);
        var key = (ScopeOf(actor), normal);
        lock (gate)
        {
            if (topics.TryGetValue(key, out var known))
            {
                // The caller is about to join: the grace time begins anew.
                known.LeftAt = clock.GetTimestamp();
                return ValueTask.FromResult(known.Topic.Topic);
            }
            DemandRoom(actor);
            var topic = new MetricTopic(query, normal, samples, clock, log, (_, count) => OnViewers(key, count));
            topics[key] = new(topic, actor.Id, clock.GetTimestamp());
            begun[actor.Id] = begun.GetValueOrDefault(actor.Id) + 1;
            topic.Start();
            sweeper ??= clock.CreateTimer(_ => Sweep(), null, Grace, Grace);
            return ValueTask.FromResult(topic.Topic);
        }
    }

    void DemandRoom(Actor actor)
    {
        if (topics.Count >= options.MaxTotal)
            throw new LiveRefusedException($"The dashboard follows {options.MaxTotal} expressions already; close pages that nobody reads.");
        if (begun.GetValueOrDefault(actor.Id) >= options.MaxPerActor)
            throw new LiveRefusedException($"You follow {options.MaxPerActor} expressions already; close pages that you do not read.");
    }

    IPromQlQuery Parse(string expression, Actor actor)
    {
        try
        {
            // A topic is evaluated for all who follow it, so it stands in nobody's line.
            return promQl.For(actor with { Kind = ActorKind.Program }).Parse(expression);
        }
        catch (PromQlException fault)
        {
            throw new LiveRefusedException(fault.Message);
        }
    }

    // Actors who may read the same systems get the same answers, so they share.
    static string ScopeOf(Actor actor) => actor.May(Permission.ReadMetrics)
        ? ""
        : string.Join(',', actor.Grants.Select(grant => grant.SystemId).Where(system => system is not null && actor.May(Permission.ReadMetrics, system)).Distinct().Order(StringComparer.Ordinal));

    void OnViewers((string, LiveRequest) key, int count)
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
                if (--begun[entry.BegunBy] == 0)
                    begun.Remove(entry.BegunBy);
            }
        }
    }

    public void Dispose()
    {
        sweeper?.Dispose();
        foreach (var (_, entry) in topics)
            entry.Topic.Dispose();
    }

    sealed class Entry(MetricTopic topic, string begunBy, long leftAt)
    {
        public string BegunBy { get; } = begunBy;
        public MetricTopic Topic { get; } = topic;
        public int Viewers { get; set; }
        public long LeftAt { get; set; } = leftAt;
    }
}
