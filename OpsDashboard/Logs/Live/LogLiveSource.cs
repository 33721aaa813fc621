using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Logs.Search;

namespace OpsDashboard.Logs.Live;

/// <summary>Log lines that browsers follow as they come. Viewers with the same filter and grants share one topic.</summary>
sealed class LogLiveSource(LiveBus bus, LiveOptions options, TimeProvider clock) : ILiveSource, IDisposable
{
    readonly LiveTopics<(string Scope, string What)> topics = new("filters", options, clock);

    public string Name => "logs";

    /// <summary>Filters that are followed.</summary>
    public int Count => topics.Count;

    public ValueTask<LiveTopic> OpenAsync(LiveRequest request, Actor actor, CancellationToken stop)
    {
        if (request.Mode != LiveMode.Stream)
            throw new LiveRefusedException("Lines are followed as a stream.");
        var match = LiveFilter.Read(request.What);
        var scope = LogScope.Of(actor, match.Filter.Systems);
        return ValueTask.FromResult(topics.Open((Key(scope), request.What), actor, viewers => new LogTopic(match, scope, bus, clock, viewers)));
    }

    // Actors who may read the same systems get the same lines, so they share.
    static string Key(LogScope scope) => scope.Systems is null ? "" : string.Join(',', scope.Systems.Order(StringComparer.Ordinal));

    public void Dispose() => topics.Dispose();
}
