using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks.Pages;

/// <summary>What can be run, and what was.</summary>
public sealed partial class RunbooksPage : LivePage
{
    const int MostRuns = 12;

    /// <summary>Of more than these a phone shows only the beginning of each sentence.</summary>
    const int MostWhole = 16;

    [SupplyParameterFromQuery(Name = "q")] public string? Text { get; set; }
    [SupplyParameterFromQuery(Name = "system")] public string? System { get; set; }
    [SupplyParameterFromQuery(Name = "risk")] public string? Risk { get; set; }
    [SupplyParameterFromQuery(Name = "before")] public long? Before { get; set; }
    [Inject] public required RunbookList Runbooks { get; set; }
    [Inject] public required Runs Runs { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    IReadOnlyList<Runbook> all = [], shown = [];
    IReadOnlyList<MonitoredSystem> systems = [];
    IReadOnlyDictionary<string, RunRecord> records = new Dictionary<string, RunRecord>();
    IReadOnlyList<Run> runs = [];
    long? next;
    DateOnly today;

    string Sentence => all.Count == 0 ? "Written procedures that are safe to press." : $"{all.Count} written procedures. Each shows what it would do, exactly, before anything is done.";

    protected override void Follow()
    {
        On<RunChanged>();
        On(Catalogue.Subscribe(_ => Wake()));
    }

    protected override Task OnParametersSetAsync() => RefreshAsync(Gone);

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        var actor = await Current.GetAsync();
        today = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);
        all = Runbooks.All(actor);
        var ids = all.Select(runbook => runbook.SystemId).ToHashSet();
        systems = [.. Catalogue.Current.Systems.Where(system => ids.Contains(system.Id))];
        shown = [.. all.Where(Passes)];
        records = await Runs.RecordsAsync(actor, stop);
        var found = await Runs.ListAsync(actor, new(string.IsNullOrEmpty(System) ? null : [System]), Before, MostRuns + 1, stop);
        runs = [.. found.Take(MostRuns)];
        next = found.Count > MostRuns ? found[MostRuns - 1].Number : null;
    }

    bool Passes(Runbook runbook) => (string.IsNullOrEmpty(System) || runbook.SystemId == System) && PassesWords(runbook);

    // What every chip counts: all filters but the system's.
    bool PassesWords(Runbook runbook) =>
        (string.IsNullOrEmpty(Risk) || runbook.Risk.ToString() == Risk)
        && (Text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Words(runbook).Contains(word, StringComparison.OrdinalIgnoreCase));

    static string Words(Runbook runbook) => $"{runbook.Title} {runbook.Summary} {runbook.Id} {runbook.Owner} {runbook.Source} {string.Join(' ', runbook.Steps.Select(step => step.Title))}";

    string Filtered(string? system) => Urls.With(Urls.Runbooks, ("q", Text), ("risk", Risk), ("system", system));

    string NameOf(string systemId) => systems.FirstOrDefault(system => system.Id == systemId)?.Name ?? systemId;
}
