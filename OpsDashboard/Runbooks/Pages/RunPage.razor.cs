using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Runbooks.Approvals;
using OpsDashboard.Runbooks.Locks;
using OpsDashboard.Runbooks.Output;
using OpsDashboard.Runbooks.Proof;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Steps;

namespace OpsDashboard.Runbooks.Pages;

/// <summary>One run, readable before the circuit is up: where it stands, what it needs, what it printed. Every button is a plain form.</summary>
public sealed partial class RunPage : LivePage
{
    const int MostLines = 200;

    [Parameter] public required Guid Id { get; set; }
    [SupplyParameterFromQuery(Name = "said")] public string? Say { get; set; }
    [SupplyParameterFromQuery(Name = "problem")] public string? Problem { get; set; }
    [Inject] public required Runs Runs { get; set; }
    [Inject] public required ApprovalDesk Approvals { get; set; }
    [Inject] public required LockDesk Locks { get; set; }
    [Inject] public required RunbookList Runbooks { get; set; }
    [Inject] public required ProofBoard Proofs { get; set; }
    [Inject] public required ICatalogue Catalogue { get; set; }
    [Inject] public required IPromQl PromQl { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }

    readonly string id = $"{Guid.NewGuid():N}";
    Run? run;
    IReadOnlyList<StepSpec> specs = [];
    IReadOnlyList<OutputLine> tail = [];
    long revision;
    IReadOnlyList<string> stale = [];
    LockStanding standing = LockStanding.Free;
    bool mayHandle, mayApprove, mayReview, mayBreakLocks, isOwn;
    string place = "";
    string? measured;
    Unit unit;
    double? limit;
    GoalWatch? watch;

    // A form that is sent twice, because the network was slow, counts once; the form of a later state is another one.
    string Key => $"{id}-{revision}";

    string Title => run is null ? "Run · OpsDashboard" : $"{run.Name} {RunWords.State(run).ToLowerInvariant()} · OpsDashboard";

    protected override void Follow()
    {
        // Another run may free what this one waits for, or begin to wait for it.
        On<RunChanged>(change => change.RunId == Id || change.RunId == Guid.Empty || (run is { IsOver: false } && change.SystemId == run.SystemId));
        On<GoalLooked>(look => look.RunId == Id);
        On<RunPrinted>(printed => printed.RunId == Id);
        // What waits for a yes may be stale with the catalogue's next change.
        On(Catalogue.Subscribe(_ => Wake()));
    }

    protected override Task OnParametersSetAsync() => run is null || run.Id == Id ? Task.CompletedTask : RefreshAsync(Gone);

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        var actor = await Current.GetAsync();
        try
        {
            run = await Runs.FindAsync(actor, Id, stop);
        }
        catch (NotFoundException)
        {
            run = null;
            return;
        }
        (tail, _) = await Runs.TailAsync(actor, Id, MostLines, stop);
        var runbook = Runbooks.Version(run.SystemId, run.RunbookId, run.Plan.RunbookVersion);
        specs = runbook?.Steps ?? [];
        mayHandle = runbook?.MayBeRunBy(actor) ?? actor.May(Permission.RunRunbooks, run.SystemId);
        (mayApprove, mayReview, isOwn) = (ApprovalDesk.May(actor, run), GlassReviews.May(actor, run), run.IsOwn(actor.Id));
        stale = run.IsAsked || run.IsAtTurn ? Approvals.Stale(run) : [];
        standing = run.IsOver ? LockStanding.Free : await Locks.StandingAsync(actor, run.Plan.Locks, stop);
        mayBreakLocks = actor.May(Permission.BreakLocks, run.SystemId);
        var system = Catalogue.Current.Find(run.SystemId);
        place = system is null ? run.SystemId : $"{system.Name}{(system.Components.FirstOrDefault(component => component.Id == run.ComponentId) is { } component ? $" / {component.Name}" : "")}";
        watch = Proofs.Of(Id);
        if (run.Goal is { } goal)
        {
            var measure = Measure.Of(goal.Expression, PromQl, system);
            (measured, unit, limit) = (GoalFigure.Of(measure.Expression, goal.Labels.GetValueOrDefault("component")), measure.Unit, measure.Form?.Threshold);
        }
        revision++;
    }
}
