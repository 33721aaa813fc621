using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Ui;

namespace OpsDashboard.Metrics.Pages;

public sealed partial class CollectorsPage
{
    // Above this only the rows in view are drawn; before the circuit is up, the first of them.
    const int DrawnWhole = 150, DrawnFirst = 60;

    static readonly (string Value, string Text)[] StateTexts =
        [("failing", "Failing"), ("silent", "With silent series"), ("missed", "With missed ticks"), ("paused", "Paused"), ("ok", "Ok")];

    IReadOnlyList<CollectorState> all = [];
    List<CollectorState> rows = [];
    IReadOnlyList<string> systems = [], order = [];
    CollectorState? chosen;
    Actor actor = Actor.Stranger(null);
    CollectorFilter filter = new(null, null, null);
    string summary = "";
    string? problem, busy;
    bool orderChanged;

    [Inject] public required ICollectorStates States { get; set; }
    [Inject] public required ICollectorControl Control { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }

    [SupplyParameterFromQuery(Name = "q")] public string? Q { get; set; }
    [SupplyParameterFromQuery(Name = "system")] public string? SystemId { get; set; }
    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }
    [SupplyParameterFromQuery(Name = "target")] public string? TargetId { get; set; }

    // Ages count on in the browser; the figures of a table need no faster hand.
    protected override TimeSpan Pace => TimeSpan.FromSeconds(1);

    protected override void Follow() => On(States.Subscribe(Wake));

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor = await Current.GetAsync();
        all = [.. States.Current.Where(state => actor.May(Permission.ReadCollectors, state.Target.SystemId))];
        systems = [.. all.Select(state => state.Target.SystemId).Distinct().Order(StringComparer.Ordinal)];
        Arrange(keepOrder: true);
    }

    protected override void OnParametersSet()
    {
        var wanted = new CollectorFilter(SystemId, State, Q);
        var isNew = wanted != filter;
        filter = wanted;
        Arrange(keepOrder: !isNew);
    }

    /// <summary>Filters and sorts. Rows do not move by themselves: a new order waits until somebody asks for it.</summary>
    void Arrange(bool keepOrder)
    {
        var wanted = all.Where(filter.Admits).WorstFirst().ToList();
        var wantedOrder = wanted.ConvertAll(state => state.Target.Id);
        if (!keepOrder || order.Count == 0)
            order = wantedOrder;
        var places = order.Select((id, place) => (id, place)).ToDictionary(entry => entry.id, entry => entry.place);
        rows = [.. wanted.OrderBy(state => places.GetValueOrDefault(state.Target.Id, int.MaxValue))];
        order = [.. rows.Select(state => state.Target.Id)];
        orderChanged = !order.SequenceEqual(wantedOrder);
        chosen = TargetId is null ? null : all.FirstOrDefault(state => state.Target.Id == TargetId);
        summary = Summarize();
    }

    void Reorder() => Arrange(keepOrder: false);

    string Summarize()
    {
        var failing = all.Count(state => state.Health == CollectorHealth.Failing);
        var paused = all.Count(state => state.Pause is not null);
        var silent = all.Sum(state => state.SilentCount);
        List<string> parts = [failing == 0 ? $"All {all.Count} collectors work" : $"{failing} of {all.Count} collectors fail"];
        if (paused > 0)
            parts.Add($"{paused} paused");
        if (silent > 0)
            parts.Add($"{silent} series fell silent");
        return string.Join(", ", parts) + ".";
    }

    void Go(string? text, string? system, string? state) =>
        Navigation.NavigateTo(Urls.With(Urls.Collectors, ("q", text), ("system", system), ("state", state)), replace: true);

    string AddressOf(CollectorState state) =>
        Urls.With(Urls.Collectors, ("q", Q), ("system", SystemId), ("state", State), ("target", state.Target.Id == TargetId ? null : state.Target.Id));

    Task PauseAsync(CollectorState state) => PauseAsync(state, reason: null);

    async Task PauseAsync(CollectorState state, string? reason)
    {
        busy = state.Target.Id;
        problem = null;
        try
        {
            // Read again: a grant may have gone since the page was drawn.
            actor = await Current.GetAsync();
            await (state.Pause is null ? Control.PauseAsync(actor, state.Target.Id, reason, Gone) : Control.ResumeAsync(actor, state.Target.Id, Gone));
        }
        catch (Exception denied) when (denied is AccessDeniedException or InvalidInputException)
        {
            problem = $"Nothing was changed: {denied.Message}";
        }
        busy = null;
        Wake();
    }

    RenderFragment Row(CollectorState state) => builder =>
    {
        builder.OpenComponent<CollectorRow>(0);
        builder.SetKey(state.Target.Id);
        builder.AddComponentParameter(1, nameof(CollectorRow.State), state);
        builder.AddComponentParameter(2, nameof(CollectorRow.Address), AddressOf(state));
        builder.AddComponentParameter(3, nameof(CollectorRow.MayPause), actor.May(Permission.PauseCollectors, state.Target.SystemId));
        builder.AddComponentParameter(4, nameof(CollectorRow.Busy), busy == state.Target.Id);
        builder.AddComponentParameter(5, nameof(CollectorRow.OnPause), EventCallback.Factory.Create<CollectorState>(this, (CollectorState paused) => PauseAsync(paused)));
        builder.CloseComponent();
    };
}
