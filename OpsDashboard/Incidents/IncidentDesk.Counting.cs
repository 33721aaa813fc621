using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Leading;
using OpsDashboard.Incidents.Numbers;
using OpsDashboard.Incidents.Store;

namespace OpsDashboard.Incidents;

public sealed partial class IncidentDesk
{
    /// <summary>Numbers of the incidents that fit and that the actor may read.</summary>
    public async Task<IncidentNumbers> NumbersAsync(Actor actor, IncidentFilter filter, CancellationToken stop)
    {
        DemandReadAnywhere(actor);
        return new(await store.MeasuresAsync(Readable(actor, filter), stop), (system, severity) => IncidentArchive.WithinOf(catalogue, system, severity));
    }

    static IncidentFilter Readable(Actor actor, IncidentFilter filter)
    {
        if (actor.May(Permission.ReadIncidents))
            return filter;
        var readable = actor.Grants.Select(grant => grant.SystemId).OfType<string>().Where(system => actor.May(Permission.ReadIncidents, system)).Distinct().ToArray();
        return filter with { Systems = filter.Systems is { } asked ? [.. readable.Intersect(asked)] : readable };
    }
}
