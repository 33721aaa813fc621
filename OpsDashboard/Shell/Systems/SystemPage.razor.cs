using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Objectives;

namespace OpsDashboard.Shell.Systems;

/// <summary>One system: what is wrong, its figures, components and targets, and the dashboards that its guide asks for.</summary>
public sealed partial class SystemPage
{
    MonitoredSystem? system;
    SystemHealth health = null!;

    [Parameter] public required string Id { get; set; }
    [SupplyParameterFromQuery(Name = "tab")] public string? Tab { get; set; }
    [SupplyParameterFromQuery(Name = "range")] public string? Range { get; set; }
    [SupplyParameterFromQuery(Name = "from")] public string? From { get; set; }
    [SupplyParameterFromQuery(Name = "to")] public string? To { get; set; }
    [Inject] public required IHealth HealthOfSystems { get; init; }
    [Inject] public required ICatalogue Catalogue { get; init; }
    [Inject] public required ICurrentActor Current { get; init; }

    IReadOnlyList<Dashboard> Dashboards => system?.Document<DashboardDocument>()?.Dashboards ?? [];

    bool HasNoFigures => Dashboards.Count == 0 && system?.Document<KpiDocument>() is null or { Kpis.Count: 0 };

    protected override void Follow()
    {
        On(HealthOfSystems.Subscribe(_ => Wake()));
        On(Catalogue.Subscribe(_ => Wake()));
    }

    // Another system in the address is the same page with other parameters.
    protected override Task OnParametersSetAsync() => system is null || system.Id == Id ? Task.CompletedTask : RefreshAsync(Gone);

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        var actor = await Current.GetAsync();
        system = actor.May(Permission.ReadSystems, Id) ? Catalogue.Current.Find(Id) : null;
        var snapshot = HealthOfSystems.Current;
        health = snapshot.Systems.FirstOrDefault(state => state.SystemId == Id)
            ?? new(Id, new(Health.Unknown, "Nothing is known of it yet", snapshot.At), new Dictionary<string, HealthState>(), []);
    }

    string? IsTab(string? tab) => tab == Tab ? "page" : null;
}
