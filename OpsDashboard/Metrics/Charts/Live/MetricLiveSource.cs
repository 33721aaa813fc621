using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts.Live;

/// <summary>Expressions that browsers follow. Viewers with the same grants share one topic an expression, step and mode.</summary>
sealed class MetricLiveSource(IPromQl promQl, ISampleQuery samples, TimeProvider clock, ILogger<MetricLiveSource> log) : ILiveSource, IDisposable
{
    /// <summary>Topics at a time; one is some kilobytes and one evaluation a second.</summary>
    const int Most = 2_000;

    /// <summary>How long a topic that nobody watches goes on: a page that is loaded again finds it.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly Dictionary<(string Scope, LiveRequest Request), Entry> topics = [];
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
            if (topics.Count >= Most)
                throw new LiveRefusedException($"The dashboard follows {Most} expressions already; close pages that nobody reads.");
            var topic = new MetricTopic(query, normal, samples, clock, log, (_, count) => OnViewers(key, count));
            topics[key] = new(topic, clock.GetTimestamp());
            topic.Start();
            sweeper ??= clock.CreateTimer(_ => Sweep(), null, Grace, Grace);
            return ValueTask.FromResult(topic.Topic);
        }
    }

    IPromQlQuery Parse(string expression, Actor actor)
    {
        try
        {
            return promQl.For(actor).Parse(expression);
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
            }
        }
    }

    public void Dispose()
    {
        sweeper?.Dispose();
        foreach (var (_, entry) in topics)
            entry.Topic.Dispose();
    }

    sealed class Entry(MetricTopic topic, long leftAt)
    {
        public MetricTopic Topic { get; } = topic;
        public int Viewers { get; set; }
        public long LeftAt { get; set; } = leftAt;
    }
}
