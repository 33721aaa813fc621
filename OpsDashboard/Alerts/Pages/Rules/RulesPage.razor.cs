using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Pages.Rules;

/// <summary>Every rule with its state and its health; one of them, a new one or an import, as the address says.</summary>
public sealed partial class RulesPage : LivePage
{
    static readonly TimeSpan CountsKept = TimeSpan.FromSeconds(15);
    static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Inject] public required IAlerts Alerts { get; set; }
    [Inject] public required AlertQuery Query { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery(Name = "q")] public string? Q { get; set; }
    [SupplyParameterFromQuery(Name = "system")] public string? SystemId { get; set; }
    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }
    /// <summary>Id of the rule that is shown alone.</summary>
    [SupplyParameterFromQuery(Name = "rule")] public string? Rule { get; set; }
    [SupplyParameterFromQuery(Name = "view")] public string? View { get; set; }
    /// <summary>Id of the system that gets a new rule.</summary>
    [SupplyParameterFromQuery(Name = "new")] public string? New { get; set; }
    /// <summary>Id of the system that gets another file's rules.</summary>
    [SupplyParameterFromQuery(Name = "import")] public string? Import { get; set; }

    Actor? actor;
    bool mayEdit;
    IReadOnlyList<MonitoredSystem> systems = [];
    List<RuleRow> rows = [], shown = [];
    RuleRow? chosen;
    IReadOnlyDictionary<string, int> fired = new Dictionary<string, int>();
    DateTimeOffset countedAt;
    string summary = "";

    // Evaluations come every second: the table's figures need no faster hand.
    protected override TimeSpan Pace => TimeSpan.FromSeconds(1);

    protected override void Follow()
    {
        On(Alerts.Subscribe(Wake));
        On(Catalogue.Subscribe(_ => Wake()));
        On(Clock.CreateTimer(_ => Wake(), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)));
    }

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor = await Current.GetAsync();
        mayEdit = actor.May(Permission.EditCatalogue);
        systems = [.. Catalogue.Current.Systems.Where(system => actor.May(Permission.ReadAlerts, system.Id)).OrderBy(system => system.Name, StringComparer.Ordinal)];
        var now = Clock.GetUtcNow();
        if (now - countedAt > CountsKept)
            (fired, countedAt) = (await Query.FiringsAsync(actor, now - Month, stop), now);
        var open = Query.Current(actor).Where(alert => alert.IsOpen).ToLookup(alert => alert.RuleId);
        rows = [.. Alerts.Groups.Where(group => actor.May(Permission.ReadAlerts, group.SystemId))
            .OrderBy(group => group.SystemId.Length == 0).ThenBy(group => NameOf(group.SystemId), StringComparer.Ordinal).ThenBy(group => group.File, StringComparer.Ordinal).ThenBy(group => group.Rules.FirstOrDefault()?.Rule.Line)
            .SelectMany(group => group.Rules, (group, rule) => new RuleRow(group, rule, [.. open[rule.Rule.Id]], fired.GetValueOrDefault(rule.Rule.Id)))];
        Arrange();
    }

    protected override void OnParametersSet() => Arrange();

    void Arrange()
    {
        var filter = new RuleFilter(Q, SystemId, State);
        shown = [.. rows.Where(filter.Admits)];
        chosen = Rule is null ? null : rows.FirstOrDefault(row => row.Rule.Id == Rule);
        summary = Summarize();
    }

    string Summarize()
    {
        int Of(RuleStanding standing) => rows.Count(row => row.Standing == standing);
        if (rows.Count == 0)
            return "Nothing is evaluated yet.";
        List<string> parts = [Of(RuleStanding.Failing) is > 0 and var failing ? $"{failing} of {Count(rows.Count, "rule")} cannot be evaluated" : $"{Count(rows.Count, "rule")}, all of them work"];
        // The watchdog always fires, and is no news.
        if (rows.Count(row => row.Standing == RuleStanding.Firing && row.Status.SystemId.Length > 0) is > 0 and var firing)
            parts.Add($"{firing} fire{(firing == 1 ? "s" : "")}");
        if (Of(RuleStanding.Pending) is > 0 and var pending)
            parts.Add($"{pending} pending");
        if (Of(RuleStanding.Off) is > 0 and var off)
            parts.Add($"{off} off, each with its reason");
        if (rows.Sum(row => row.Status.MissedTicks) is > 0 and var missed)
            parts.Add(missed == 1 ? "1 tick missed" : $"{missed} ticks missed");
        return string.Join(", ", parts) + ".";
    }

    string NameOf(string systemId) => systemId.Length == 0 ? "The dashboard itself" : systems.FirstOrDefault(system => system.Id == systemId)?.Name ?? systemId;

    void Go(string? text, string? system, string? state) => Navigation.NavigateTo(Urls.With("rules", ("q", text), ("system", system), ("state", state)), replace: true);

    static string Address(params ReadOnlySpan<(string, string?)> parameters) => Urls.With("rules", parameters);

    void GoToAdded(string name)
    {
        var added = Catalogue.Current.Find(New!)?.Document<RuleDocument>()?.Groups.SelectMany(group => group.Rules).LastOrDefault(rule => rule.Name == name);
        Navigation.NavigateTo(Address(("rule", added?.Id)));
    }

    static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
