using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Shell.Overview;

/// <summary>All systems on one page, worst first. A changed order waits while a pointer, finger or focus is on the list.</summary>
public sealed partial class OverviewPage
{
    OverviewModel? model;
    IReadOnlyList<string> order = [];
    bool isTouched;
    bool isOrderWaiting;

    [Inject] public required IHealth Health { get; init; }
    [Inject] public required ICatalogue Catalogue { get; init; }
    [Inject] public required ICurrentActor Current { get; init; }

    protected override void Follow()
    {
        On(Health.Subscribe(_ => Wake()));
        On(Catalogue.Subscribe(_ => Wake()));
    }

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        model = OverviewModel.From(Catalogue.Current, Health.Current, await Current.GetAsync());
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
