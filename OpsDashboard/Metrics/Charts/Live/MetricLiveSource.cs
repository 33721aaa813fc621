using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Metrics.PromQl;

namespace OpsDashboard.Metrics.Charts.Live;

/// <summary>Expressions that browsers follow. Viewers with the same grants share one topic an expression, step and mode.</summary>
sealed class MetricLiveSource(IPromQl promQl, ISampleQuery samples, LiveOptions options, TimeProvider clock, ILogger<MetricLiveSource> log) : ILiveSource, IDisposable
{
    readonly LiveTopics<(string Scope, LiveRequest Request)> topics = new("expressions", options, clock);

    public string Name => "metrics";

    public int Count => topics.Count;

    public ValueTask<LiveTopic> OpenAsync(LiveRequest request, Actor actor, CancellationToken stop)
    {
        var normal = request with { Step = request.Mode == LiveMode.Tile ? 0 : ChartStep.Rounded(request.Step) };
        var query = Parse(normal.What, actor);
        return ValueTask.FromResult(topics.Open((ScopeOf(actor), normal), actor, viewers => new MetricTopic(query, normal, samples, clock, log, viewers).Start()));
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

    public void Dispose() => topics.Dispose();
}
