using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Http;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Live;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents;

/// <summary>How many incidents are open, beside the page in the menu.</summary>
sealed class OpenIncidents(IncidentStore incidents, LiveBus bus) : ReadBadge<IncidentChanged, Incident>(bus, Problems.IsOutage)
{
    const int Most = 500;

    public override string Url => IncidentUrls.Incidents;

    public override string Words => "are open";

    protected override bool MaySee(Actor actor, Incident one) => actor.May(Permission.ReadIncidents, one.SystemId);

    protected override Task<IReadOnlyList<Incident>> ReadAsync() => incidents.ListAsync(new(IsOpen: true), null, Most, CancellationToken.None);
}
