using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Numbers;
using OpsDashboard.Ui;

namespace OpsDashboard.Objectives.Pages;

/// <summary>What managers read: no operational button, everything in the address.</summary>
public sealed partial class KpiPage : IDisposable
{
    [Inject] public required KpiReports Reports { get; set; }
    [Inject] public required IncidentDesk Incidents { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery(Name = "month")] public string? MonthText { get; set; }
    [SupplyParameterFromQuery(Name = "compare")] public string? CompareText { get; set; }
    [SupplyParameterFromQuery(Name = "system")] public string? System { get; set; }
    [SupplyParameterFromQuery(Name = "figure")] public string? Figure { get; set; }

    readonly CancellationTokenSource gone = new();
    IReadOnlyList<MonitoredSystem> readable = [];
    IReadOnlyDictionary<string, IReadOnlyList<(Month Month, double? Value)>> histories = new Dictionary<string, IReadOnlyList<(Month, double?)>>();
    KpiReport? report;
    IncidentNumbers? incidents, incidentsBefore;
    string shown = KpiReports.AvailabilityId;

    Month Chosen => Month.TryParse(MonthText) ?? Reports.Months[0];

    Month Compared => Month.TryParse(CompareText) is { } month && month.CompareTo(Chosen) < 0 ? month : Chosen.Add(-1);

    string CsvUrl => Urls.With("api/kpis.csv", ("month", Chosen.ToString()), ("compare", Compared.ToString()), ("system", System));

    /// <summary>This page's own address, so that a link to a definition keeps the period.</summary>
    string Here => Urls.With(Urls.Kpi, ("month", MonthText), ("compare", CompareText), ("system", System), ("figure", Figure));

    string LeadClass => report!.Systems.Any(system => system.Outcome == KpiOutcome.Missed) ? "warning" : "";

    /// <summary>The systems on the page of which some figure can be entered.</summary>
    IReadOnlyList<MonitoredSystem> entering = [];

    protected override Task OnParametersSetAsync() => ReadAsync();

    async Task ReadAsync()
    {
        var actor = await Current.GetAsync();
        readable = [.. Catalogue.Current.Systems.Where(system => actor.May(Permission.ReadKpis, system.Id))];
        if (readable.All(system => system.Id != System))
            System = null;
        entering = [.. readable.Where(system => (System is null || system.Id == System) && system.Document<KpiDocument>()?.Kpis.Any(kpi => kpi.Entry is not null) == true)];
        report = await Reports.ReadAsync(Chosen, Compared, System, actor, gone.Token);
        await ReadHistoriesAsync(actor);
        await ReadIncidentsAsync(actor);
    }

    async Task ReadIncidentsAsync(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadIncidents))
            return;
        incidentsBefore = await NumbersAsync(actor, Compared);
        incidents = await NumbersAsync(actor, Chosen);
    }

    Task<IncidentNumbers> NumbersAsync(Actor actor, Month month) => Incidents.NumbersAsync(actor, new(System is null ? null : [System], OpenedSince: DateTimeOffset.FromUnixTimeMilliseconds(month.From), OpenedUntil: DateTimeOffset.FromUnixTimeMilliseconds(month.To)), gone.Token);

    async Task ReadHistoriesAsync(Actor actor)
    {
        shown = Figure ?? KpiReports.AvailabilityId;
        var read = new Dictionary<string, IReadOnlyList<(Month, double?)>>();
        foreach (var system in report!.Systems)
            read[system.System.Id] = await Reports.HistoryAsync(system.System, shown, actor, gone.Token);
        histories = read;
    }

    void ChooseAsync(string figure) => Go(figure: figure);

    void Go(string? month = null, string? compare = null, string? system = null, string? figure = null) =>
        Navigation.NavigateTo(Urls.With(Urls.Kpi, ("month", month ?? MonthText), ("compare", compare ?? CompareText), ("system", system ?? System), ("figure", figure ?? Figure)));

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }
}
