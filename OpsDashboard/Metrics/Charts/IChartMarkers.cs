using OpsDashboard.Audit;

namespace OpsDashboard.Metrics.Charts;

/// <summary>Something that happened and is drawn into every chart of its system: a deployment, an alert, an incident, a step of a run, a fault.</summary>
/// <param name="SystemId">Null concerns every system.</param>
/// <param name="At">Milliseconds.</param>
/// <param name="Until">End of a span, behind the asked one where it lasts still; null for an instant.</param>
/// <param name="Kind">deployment, alert, warning, anomaly, incident, run, fault, change.</param>
public sealed record ChartMarker(string? SystemId, long At, long? Until, string Kind, string Text, string? Url = null);

/// <summary>Filled by features above; register any number as singletons.</summary>
public interface IChartMarkers
{
    /// <summary>What lies in the span, of systems that the actor may read.</summary>
    ValueTask<IReadOnlyList<ChartMarker>> MarkersAsync(long from, long to, string? systemId, Actor actor, CancellationToken stop);
}
