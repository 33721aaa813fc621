using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Lists;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;

namespace OpsDashboard.Alerts.Pages;

/// <summary>
/// All alerts in one list: filters in the address, bundles of one system and name, causes before what they explain. A changed order waits
/// while a pointer, finger or focus is on the list. What is drawn is bounded however many alerts there are.
/// </summary>
public sealed partial class AlertsPage : LivePage
{
    const int Bundles = 40, InBundle = 10, InGroup = 100, Many = 1000;
    static readonly TimeSpan Leaves = TimeSpan.FromMilliseconds(400);
    static readonly string[] Severities = ["critical", "warning", "info"];

    readonly string key = $"{Guid.NewGuid():N}";
    Actor? actor;
    AlertFilter filter = new();
    AlertList list = AlertList.Empty, waiting = AlertList.Empty;
    IReadOnlyList<(string Id, string Name)> systems = [];
    IReadOnlyDictionary<string, string> names = new Dictionary<string, string>();
    bool isTouched, isOrderWaiting, mayHandle;
    int page, revision;
    ITimer? leaving;

    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }
    [SupplyParameterFromQuery(Name = "severity")] public string? Severity { get; set; }
    [SupplyParameterFromQuery(Name = "system")] public string? System { get; set; }
    [SupplyParameterFromQuery(Name = "owner")] public string? Owner { get; set; }
    [SupplyParameterFromQuery(Name = "silenced")] public string? Silenced { get; set; }
    [SupplyParameterFromQuery(Name = "q")] public string? Text { get; set; }
    [SupplyParameterFromQuery(Name = "group")] public string? Group { get; set; }
    [SupplyParameterFromQuery(Name = "page")] public int? PageNumber { get; set; }
    [SupplyParameterFromQuery(Name = "said")] public string? Say { get; set; }
    [SupplyParameterFromQuery(Name = "problem")] public string? Problem { get; set; }
    [Inject] public required AlertLists Lists { get; set; }
    [Inject] public required HandledAlerts Alerts { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    // A storm is not drawn four times a second.
    protected override TimeSpan Pace => list.Count > Many ? TimeSpan.FromSeconds(1) : base.Pace;

    int Items => filter.Group is null ? list.Bundles.Count : list.Count;
    int PageSize => filter.Group is null ? Bundles : InGroup;
    int PageCount => (Items + PageSize - 1) / PageSize;
    IEnumerable<AlertBundle> Shown => filter.Group is null ? list.Bundles.Skip(page * Bundles).Take(Bundles) : list.Bundles;

    string Sentence => list switch
    {
        { Count: 0 } => "Nothing to see with these filters.",
        { Firing: 0 } => $"{list.Count:N0} in this list, none of them fires.",
        { Unowned: 0 } => $"{list.Firing:N0} fire; somebody has each of them, or nobody needs to.",
        _ => $"{list.Firing:N0} fire, {list.Unowned:N0} of them {(list.Unowned == 1 ? "waits" : "wait")} for somebody.",
    };

    IEnumerable<(string Name, string Value)> FilterFields => new[]
    {
        ("state", filter.State), ("severity", filter.Severity), ("system", filter.System), ("owner", filter.Owner), ("silenced", filter.Silenced), ("q", filter.Text), ("ingroup", filter.Group),
    }.Where(pair => pair.Item2 is not null).Select(pair => (pair.Item1, pair.Item2!));

    protected override void Follow()
    {
        On<AlertsChanged>();
        On<AcknowledgementsChanged>();
        On<SilencesChanged>();
    }

    // Filters in the address are the same page with other parameters.
    protected override Task OnParametersSetAsync()
    {
        if (actor is null || Asked() is var asked && asked == filter && page == Math.Max(0, (PageNumber ?? 1) - 1))
            return Task.CompletedTask;
        isTouched = isOrderWaiting = false;
        return RefreshAsync(Gone);
    }

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor = await Current.GetAsync();
        (filter, page) = (Asked(), Math.Max(0, (PageNumber ?? 1) - 1));
        mayHandle = actor.MayAnywhere(Permission.AcknowledgeAlerts);
        systems = [.. Catalogue.Current.Systems.Where(system => actor.May(Permission.ReadAlerts, system.Id)).Select(system => (system.Id, system.Name))];
        names = systems.ToDictionary(system => system.Id, system => system.Name);
        var now = Lists.Of(actor, filter);
        isOrderWaiting = isTouched && !now.SameOrder(list);
        waiting = now;
        list = isOrderWaiting ? list.Renewed(Alerts.Current(actor)) : now;
        revision++;
    }

    AlertFilter Asked() => new(Empty(State), Empty(Severity), Empty(System), Empty(Owner), Empty(Silenced), Empty(Text), Empty(Group));

    void Apply() => (list, isOrderWaiting) = (waiting, false);

    void Touched()
    {
        leaving?.Dispose();
        isTouched = true;
    }

    // Focus leaves one row before it comes to the next.
    void Untouched()
    {
        leaving?.Dispose();
        leaving = Clock.CreateTimer(_ => _ = InvokeAsync(() =>
        {
            isTouched = false;
            if (!isOrderWaiting)
                return;
            Apply();
            StateHasChanged();
        }), null, Leaves, Timeout.InfiniteTimeSpan);
    }

    public override ValueTask DisposeAsync()
    {
        leaving?.Dispose();
        return base.DisposeAsync();
    }

    static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
