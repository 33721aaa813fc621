using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Runbooks.Api;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Locks;
using OpsDashboard.Runbooks.Planning;
using OpsDashboard.Runbooks.Running;

namespace OpsDashboard.Runbooks.Pages;

/// <summary>One runbook with what it would do now. Opening and previewing change nothing.</summary>
public sealed partial class RunbookPage : LivePage
{
    [Parameter] public required string Id { get; set; }
    [SupplyParameterFromQuery(Name = "alert")] public Guid? AlertId { get; set; }
    [SupplyParameterFromQuery(Name = "problem")] public string? Problem { get; set; }
    [SupplyParameterFromQuery(Name = "held")] public string? Held { get; set; }
    [Inject] public required RunbookList Runbooks { get; set; }
    [Inject] public required Previews Previews { get; set; }
    [Inject] public required Runs Runs { get; set; }
    [Inject] public required IDrills Drills { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required LockDesk Locks { get; set; }
    [Inject] public required FreshSignIn Fresh { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }

    Runbook? runbook;
    Alert? alert;
    Preview? preview;
    IReadOnlyDictionary<string, string> values = new Dictionary<string, string>();
    IReadOnlyList<FieldProblem> problems = [];
    IReadOnlyList<Run> runs = [], reviews = [];
    LockStanding standing = LockStanding.Free;
    bool mayRun, mayBreakGlass, mayEdit, isFresh, isProduction;
    string environment = "", place = "", key = $"{Guid.NewGuid():N}";
    DateOnly today;
    DateTimeOffset? lastDrill;
    Guid? heldBy;
    Run? recovered;

    string NextFile => Enumerable.Range(2, 99).Select(number => $"{runbook!.SystemId}/runbooks/{runbook.Name}-{number}.yml").First(file => Catalogue.Current.Systems.All(system => system.Document<RunbookDocument>()?.Runbooks.All(other => other.File != file) != false));

    protected override void Follow()
    {
        On<RunChanged>(change => change.SystemId == runbook?.SystemId || change.RunId == Guid.Empty);
        On(Catalogue.Subscribe(_ => Wake()));
    }

    protected override Task OnParametersSetAsync() => RefreshAsync(Gone);

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        var actor = await Current.GetAsync();
        today = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);
        environment = Catalogue.Current.Environment;
        isProduction = ApprovalRule.IsProduction(environment);
        heldBy = Guid.TryParse(Held, out var other) ? other : null;
        try
        {
            runbook = Runbooks.Find(actor, Id);
            alert = await Previews.AlertAsync(actor, runbook, AlertId, stop);
        }
        catch (Exception missing) when (missing is NotFoundException or InvalidInputException)
        {
            alert = null;
            if (runbook is null)
                return;
        }
        var system = Catalogue.Current.Find(runbook.SystemId);
        place = system is null ? runbook.SystemId : $"{system.Name}{(system.Components.FirstOrDefault(component => component.Id == runbook.ComponentId) is { } component ? $" / {component.Name}" : "")}";
        mayRun = runbook.MayBeRunBy(actor);
        mayEdit = actor.May(Permission.EditCatalogue);
        lastDrill = await Drills.LastAsync(runbook.Id, stop);
        recovered = runbook.Recovers is null ? null : await Runs.LastRecoveryAsync(actor, runbook.Id, stop);
        runs = await Runs.ListAsync(actor, new(RunbookId: runbook.Id), null, 8, stop);
        reviews = await Runs.ListAsync(actor, new(RunbookId: runbook.Id, ReviewDueBefore: DateTimeOffset.MaxValue), null, 20, stop);
        (mayBreakGlass, isFresh) = (mayRun && actor.Kind == ActorKind.Person && actor.May(Permission.BreakGlass, runbook.SystemId), Fresh.IsFresh(actor));
        var given = RunForms.Parameters(Query());
        values = Planner.Proposed(runbook, alert).Concat(given).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value);
        try
        {
            // What was confirmed is what was seen: the plan on the page changes only with a new key.
            var made = await Previews.MakeAsync(actor, runbook.Id, given, alert?.Id, stop);
            (preview, problems) = (made, []);
            standing = await Locks.StandingAsync(actor, made.Plan.Locks, stop);
            key = $"{Guid.NewGuid():N}";
        }
        catch (InvalidInputException wrong)
        {
            // Before anything was given, what is missing is no mistake yet.
            (preview, problems) = (null, given.Count > 0 ? wrong.Problems : []);
        }
    }

    IEnumerable<(string Name, string Value)> Query() => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query).Select(pair => (pair.Key, pair.Value.ToString()));
}
