using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Ui;

namespace OpsDashboard.Metrics.Pages;

/// <summary>What is plotted, filtered and shown lives in the address: a link sent to a colleague shows the same.</summary>
public sealed partial class MetricsExplorerPage
{
    const int MostCompletions = 2_000;
    const string MineTab = "mine";

    static readonly IReadOnlyList<TabBar.Tab> Tabs = [new("explore", "Explore"), new(MineTab, "My dashboard")];

    [SupplyParameterFromQuery] public string? Expr { get; set; }
    [SupplyParameterFromQuery] public string? Find { get; set; }
    [SupplyParameterFromQuery] public string? Tab { get; set; }

    [Inject] public required MetricBrowser Metrics { get; set; }
    [Inject] public required PinnedPanels Pins { get; set; }
    [Inject] public required IPromQl PromQl { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required Browser Page { get; set; }

    IReadOnlyList<MetricEntry> metrics = [];
    IReadOnlyList<PinnedPanel> pinned = [];
    PromQlException? error;
    string? plotted;
    string? typed;
    string title = "";
    string kind = "";
    bool plottable;
    Unit unit;

    /// <summary>The expression, where it can be parsed.</summary>
    string? Expression => error is null && !string.IsNullOrWhiteSpace(Expr) ? Expr : null;

    Panel Panel => new("explorer", Expression!, unit, [new(Expression!)], [], Bands.None);

    Dashboard Own => new("own", "My dashboard",
        [.. pinned.Select(panel => new Panel(panel.Id.ToString("N"), panel.Title, panel.Unit, [new(panel.Expression)], [], Bands.None, panel.Expression))]);

    protected override async Task OnParametersSetAsync()
    {
        if (plotted != Expr)
        {
            plotted = typed = Expr;
            Read();
        }
        var actor = await Current.GetAsync();
        if (Tab == MineTab)
            pinned = await Pins.ListAsync(actor, CancellationToken.None);
        else
            metrics = await Metrics.ListAsync(actor, CancellationToken.None);
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
        var (panel, problems) = await Pins.PinAsync(await Current.GetAsync(), title, Expression!, unit, CancellationToken.None);
        await Page.ToastAsync(panel is not null ? $"Pinned {panel.Title} to your dashboard" : string.Join(" ", problems.Select(problem => problem.Message)), critical: panel is null);
    }

    async Task UnpinAsync(Panel panel)
    {
        var actor = await Current.GetAsync();
        if (await Pins.UnpinAsync(actor, Guid.ParseExact(panel.Id, "N"), CancellationToken.None))
            await Page.ToastAsync($"Removed {panel.Title}");
        pinned = await Pins.ListAsync(actor, CancellationToken.None);
    }
}
