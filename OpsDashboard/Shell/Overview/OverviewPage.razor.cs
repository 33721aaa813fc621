using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Running;

namespace OpsDashboard.Shell.Overview;

/// <summary>All systems on one page, worst first. A changed order waits while a pointer, finger or focus is on the list.</summary>
public sealed partial class OverviewPage
{
    const int MostOpen = 50, MostOverdue = 5;

    OverviewModel? model;
    IReadOnlyList<string> order = [];
    bool isTouched;
    bool isOrderWaiting;

    [Inject] public required IHealth Health { get; init; }
    [Inject] public required ICatalogue Catalogue { get; init; }
    [Inject] public required ICurrentActor Current { get; init; }

    [Inject] public required Runs Runs { get; init; }
    [Inject] public required IncidentDesk Incidents { get; init; }

    IReadOnlyList<Run> open = [], overdue = [];
    IReadOnlyList<Incident> incidents = [];
    IReadOnlySet<Guid> approvable = new HashSet<Guid>();

    protected override void Follow()
    {
        On<RunChanged>();
        On<IncidentChanged>();
        On(Health.Subscribe(_ => Wake()));
        On(Catalogue.Subscribe(_ => Wake()));
    }

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        var actor = await Current.GetAsync();
        model = OverviewModel.From(Catalogue.Current, Health.Current, actor);
        open = actor.MayAnywhere(Permission.ReadRunbooks) ? await Runs.ListAsync(actor, new(IsOpen: true), null, MostOpen, stop) : [];
        overdue = actor.MayAnywhere(Permission.ReadRunbooks) ? await Runs.ListAsync(actor, new(ReviewDueBefore: Clock.GetUtcNow()), null, MostOverdue, stop) : [];
        incidents = actor.MayAnywhere(Permission.ReadIncidents) ? [.. (await Incidents.ListAsync(actor, new(IsOpen: true), null, MostOpen, stop)).OrderBy(incident => incident.Severity).ThenBy(incident => incident.OpenedAt)] : [];
        approvable = open.Where(run => ApprovalDesk.May(actor, run)).Select(run => run.Id).ToHashSet();
        string[] now = [.. model.Rows.Select(row => row.System.Id)];
        isOrderWaiting = isTouched && !now.SequenceEqual(order);
        if (!isOrderWaiting)
            order = now;
    }

    void ApplyOrder()
    {
        order = [.. model!.Rows.Select(row => row.System.Id)];
        isOrderWaiting = false;
    }

    void Untouched()
    {
        isTouched = false;
        if (isOrderWaiting)
            ApplyOrder();
    }
}
