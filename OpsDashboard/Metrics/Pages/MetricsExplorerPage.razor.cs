using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Ui;

namespace OpsDashboard.Metrics.Pages;

/// <summary>What is plotted, filtered and shown lives in the address: a link sent to a colleague shows the same.</summary>
public sealed partial class MetricsExplorerPage
{
    const int MostCompletions = 2_000;
    const string MineTab = "mine";

    static readonly IReadOnlyList<TabBar.Tab> Tabs = [new("explore", "Explore"), new(MineTab, "My dashboards")];

    [SupplyParameterFromQuery] public string? Expr { get; set; }
    [SupplyParameterFromQuery] public string? Find { get; set; }
    [SupplyParameterFromQuery] public string? Tab { get; set; }
    /// <summary>Name of the own dashboard that is shown; null is the first.</summary>
    [SupplyParameterFromQuery(Name = "dashboard")] public string? Chosen { get; set; }

    [Inject] public required MetricBrowser Metrics { get; set; }
    [Inject] public required PinnedPanels Pins { get; set; }
    [Inject] public required IPromQl PromQl { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required Browser Page { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }

    IReadOnlyList<MetricEntry> metrics = [];
    IReadOnlyList<MonitoredSystem> systems = [];
    IReadOnlyList<PinnedPanel> pinned = [];
    PromQlException? error;
    string? plotted;
    string? typed;
    string title = "", onto = PinnedPanel.FirstDashboard;
    string kind = "";
    bool plottable;
    Unit unit;

    /// <summary>Panels of the systems' own dashboards, the first two of each: a newcomer sees something real with one press.</summary>
    IReadOnlyList<(string System, Panel Panel)> Beginnings => [.. from system in systems
                                                                 from panel in (system.Document<DashboardDocument>()?.Dashboards ?? []).SelectMany(dashboard => dashboard.Panels).Take(2)
                                                                 select (system.Name, panel)];

    /// <summary>The expression, where it can be parsed.</summary>
    string? Expression => error is null && !string.IsNullOrWhiteSpace(Expr) ? Expr : null;

    Panel Panel => new("explorer", Expression!, unit, [new(Expression!)], [], Bands.None);

    IReadOnlyList<string> Names => [.. pinned.Select(panel => panel.Dashboard).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.CurrentCultureIgnoreCase)];

    string Shown => Names.FirstOrDefault(name => string.Equals(name, Chosen, StringComparison.OrdinalIgnoreCase)) ?? Names[0];

    Dashboard Own => new("own", Shown,
        [.. pinned.Where(panel => string.Equals(panel.Dashboard, Shown, StringComparison.OrdinalIgnoreCase)).Select(panel => new Panel(panel.Id.ToString("N"), panel.Title, panel.Unit, [new(panel.Expression)], [], Bands.None, panel.Expression))]);

    protected override async Task OnParametersSetAsync()
    {
        if (plotted != Expr)
        {
            plotted = typed = Expr;
            Read();
        }
        var actor = await Current.GetAsync();
        pinned = await Pins.ListAsync(actor, CancellationToken.None);
        if (Tab != MineTab)
            (metrics, systems) = (await Metrics.ListAsync(actor, CancellationToken.None), [.. Catalogue.Current.Systems.Where(system => actor.May(Permission.ReadMetrics, system.Id))]);
    }

    void Read()
    {
        error = null;
        if (string.IsNullOrWhiteSpace(Expr))
            return;
        try
        {
            var query = PromQl.Parse(Expr);
            plottable = query.Kind is QueryResultKind.Vector or QueryResultKind.Scalar;
            kind = query.Kind == QueryResultKind.Matrix ? "ranges of samples" : "a text";
            unit = MetricBrowser.UnitOf(Expr);
            title = Expr.Length <= PinnedPanel.LongestTitle ? Expr : Expr[..PinnedPanel.LongestTitle];
        }
        catch (PromQlException refused)
        {
            error = refused;
        }
    }

    void Plot() => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("expr", string.IsNullOrWhiteSpace(typed) ? null : typed.Trim()));

    async Task PinAsync()
    {
        var (panel, problems) = await Pins.PinAsync(await Current.GetAsync(), onto, title, Expression!, unit, CancellationToken.None);
        if (panel is not null)
            pinned = [.. pinned, panel];
        await Page.ToastAsync(panel is not null ? $"Pinned to {panel.Dashboard}" : string.Join(" ", problems.Select(problem => problem.Message)), critical: panel is null);
    }

    async Task UnpinAsync(Panel panel)
    {
        var actor = await Current.GetAsync();
        if (await Pins.UnpinAsync(actor, Guid.ParseExact(panel.Id, "N"), CancellationToken.None))
            await Page.ToastAsync($"Removed {panel.Title}");
        pinned = await Pins.ListAsync(actor, CancellationToken.None);
    }
}
