using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Incidents;

/// <summary>Incidents on every chart of their systems, as spans from the start of the impact to its end.</summary>
sealed class IncidentMarkers(IncidentStore incidents) : IChartMarkers
{
    const int Most = 50;

    /// <summary>What began before may reach into what is asked.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Behind the asked span: it lasts still.</summary>
    const long Lasts = 1;

    public async ValueTask<IReadOnlyList<ChartMarker>> MarkersAsync(long from, long to, string? systemId, Actor actor, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.ReadIncidents))
            return [];
        var found = await incidents.ListAsync(new(OpenedSince: At(from) - Longest, OpenedUntil: At(to)), null, Most, stop);
        return
        [
            .. from incident in found
               where actor.May(Permission.ReadIncidents, incident.SystemId) && incident.MergedIntoId is null
               from clock in incident.Clocks
               where systemId is null || clock.SystemId == systemId
               let until = clock.RestoredAt?.ToUnixTimeMilliseconds() ?? to + Lasts
               where until >= @from && clock.BeganAt.ToUnixTimeMilliseconds() <= to
               select new ChartMarker(clock.SystemId, clock.BeganAt.ToUnixTimeMilliseconds(), until, "incident", $"{incident.Name} {incident.Title}", IncidentUrls.Incident(incident.Id)),
        ];
    }

    static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
