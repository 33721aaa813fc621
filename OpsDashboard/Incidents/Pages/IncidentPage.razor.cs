using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents.Leading;
using OpsDashboard.Incidents.Reading;
using OpsDashboard.Incidents.Telling;
using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Live;
using OpsDashboard.OnCall;
using OpsDashboard.Runbooks.Running;

namespace OpsDashboard.Incidents.Pages;

/// <summary>One incident, readable before the circuit is up: what to do now, everything that happened, who does what. Every button is a plain form.</summary>
public sealed partial class IncidentPage : LivePage
{
    const int Shown = 60, Most = 10_000;

    [Parameter] public required Guid Id { get; set; }
    [SupplyParameterFromQuery(Name = "said")] public string? Say { get; set; }
    [SupplyParameterFromQuery(Name = "problem")] public string? Problem { get; set; }
    [SupplyParameterFromQuery(Name = "show")] public string? Show { get; set; }
    [SupplyParameterFromQuery(Name = "all")] public bool All { get; set; }
    [Inject] public required IncidentDesk Desk { get; set; }
    [Inject] public required Advisor Advisor { get; set; }
    [Inject] public required UpdateDesk Updates { get; set; }
    [Inject] public required Composer Composer { get; set; }
    [Inject] public required Presence Presence { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required OnCallBook Book { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    readonly string id = $"{Guid.NewGuid():N}";
    Incident? incident;
    IncidentSight? sight;
    IncidentDocument document = IncidentDocument.Usual;
    IncidentRights rights = new("", false, false, false, "");
    MonitoredSystem? system;
    IReadOnlyList<TimelineEntry> entries = [];
    IReadOnlyList<AccountName> people = [];
    IReadOnlyList<Incident> others = [];
    IReadOnlyDictionary<string, string> names = new Dictionary<string, string>();
    IReadOnlySet<string> here = new HashSet<string>();
    IReadOnlyList<MessageTemplate> templates = [];
    UpdatePreview? update;
    string? hit;
    string onCall = "";
    bool hasMore;
    long revision;
    ITimer? pulse;
    (Guid Incident, IDisposable Place)? entered;

    string Title => incident is null ? "Incident · OpsDashboard" : $"{incident.Name} {IncidentWords.State(incident)} · OpsDashboard";

    protected override void Follow()
    {
        On<IncidentChanged>(change => change.IncidentId == Id || change.IncidentId == Guid.Empty);
        On<PresenceChanged>(change => change.IncidentId == Id);
        On<RunChanged>(change => change.RunId == Guid.Empty || incident is { IsOpen: true } open && open.Systems.Contains(change.SystemId));
        // What is due becomes overdue without anything else happening.
        pulse ??= Clock.CreateTimer(_ => Wake(), null, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15));
    }

    protected override Task OnParametersSetAsync() => incident is null ? Task.CompletedTask : RefreshAsync(Gone);

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        var actor = await Current.GetAsync();
        try
        {
            incident = await Desk.FindAsync(actor, Id, stop);
        }
        catch (NotFoundException)
        {
            incident = null;
            return;
        }
        (document, system) = (Desk.DocumentOf(incident), Catalogue.Current.Find(incident.SystemId));
        names = Catalogue.Current.Systems.ToDictionary(one => one.Id, one => one.Name);
        sight = await Advisor.ReadAsync(actor, incident, stop);
        people = await Desk.PeopleAsync(actor, incident, stop);
        var read = await Desk.TimelineAsync(actor, Id, null, All ? Most : Shown + 1, stop, EntryWords.Kinds(Show), Show == "mine" ? actor.Id : null);
        (entries, hasMore) = All || read.Count <= Shown ? (read, false) : ([.. read.Take(Shown)], true);
        others = await OthersAsync(actor, incident, stop);
        hit = incident.IsOpen ? await Advisor.HitAsync(actor, incident, stop) : null;
        onCall = actor.May(Permission.ReadOnCall, incident.SystemId) ? string.Join(", ", (Book.WhoIsOnCall(incident.SystemId, Clock.GetUtcNow())?.First ?? []).Select(duty => duty.Person?.Name ?? "nobody").Distinct()) : "";
        Enter(actor);
        here = Presence.Of(Id);
        rights = new(actor.Id, actor.May(Permission.HandleIncidents, incident.SystemId), IncidentDesk.MayCommand(actor, incident), IncidentDesk.MayTell(actor, incident), $"{id}-{++revision}");
        await ReadUpdateAsync(actor, incident, stop);
    }

    async Task<IReadOnlyList<Incident>> OthersAsync(Actor actor, Incident of, CancellationToken stop)
    {
        var found = new List<Incident>();
        foreach (var linked in of.Linked)
        {
            try
            {
                found.Add(await Desk.FindAsync(actor, linked, stop));
            }
            catch (NotFoundException)
            {
                // Of a system that this person may not see.
            }
        }
        return found;
    }

    async Task ReadUpdateAsync(Actor actor, Incident of, CancellationToken stop)
    {
        templates = Composer.Templates(of.SystemId, TemplateKind.Incident);
        update = rights.MayTell && templates.Count > 0 ? await Updates.PreviewAsync(actor, Id, new(), stop) : null;
    }

    // Only whoever looks at it in a browser is there; what is prerendered is not.
    void Enter(Actor actor)
    {
        if (!RendererInfo.IsInteractive || actor.Kind != ActorKind.Person || entered?.Incident == Id)
            return;
        entered?.Place.Dispose();
        entered = (Id, Presence.Enter(Id, actor.Id));
    }

    public override async ValueTask DisposeAsync()
    {
        entered?.Place.Dispose();
        if (pulse is not null)
            await pulse.DisposeAsync();
        await base.DisposeAsync();
    }
}
