using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Runbooks.Automation;
using OpsDashboard.Runbooks.Running;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Ui;

namespace OpsDashboard.Runbooks;

/// <summary>The runbooks that help with an alert.</summary>
sealed class RunbookActions(RunbookList runbooks, Runs runs, AutomationBoard automation, LiveBus bus) : IAlertActions
{
    public async Task<IReadOnlyList<AlertAction>> OfAsync(Actor actor, Alert alert, CancellationToken stop)
    {
        if (!actor.MayAnywhere(Permission.ReadRunbooks))
            return [];
        var found = runbooks.Of(actor, alert);
        if (found.Count == 0)
            return [];
        var records = await runs.RecordsAsync(actor, stop);
        var verdict = automation.Of(alert.Id);
        var open = await runs.ListAsync(actor, new(AlertId: alert.Id, IsOpen: true), null, 20, stop);
        return
        [
            .. from runbook in found
               let running = open.FirstOrDefault(run => run.RunbookId == runbook.Id)
               select new AlertAction(runbook.Title, runbook.Summary, runbook.Risk.Word(), Facts(runbook, records.GetValueOrDefault(runbook.Id), verdict), Urls.Runbook(runbook.Id, alert.Id), runbook.MayBeRunBy(actor), running is null ? null : Urls.Run(running.Id)),
        ];
    }

    public IDisposable Subscribe(Action changed) => bus.Subscribe<RunChanged>(_ => changed());

    static string Facts(Runbook runbook, RunRecord? record, AutomationVerdict? verdict) => verdict is { Step: AutomationStep.Propose } && verdict.Runbook == runbook.Name
        ? $"{RunWords.Record(record)}; automation proposes it. {verdict.Reason}"
        : RunWords.Record(record);
}

/// <summary>Runbooks in the palette.</summary>
sealed class RunbookPalette(RunbookList runbooks) : IPaletteSource
{
    public IEnumerable<PaletteEntry> Entries(Actor actor) => actor.MayAnywhere(Permission.ReadRunbooks)
        ? runbooks.All(actor).Select(runbook => new PaletteEntry(runbook.Title, "runbook", "runbook", Urls.Runbook(runbook.Id), $"{runbook.SystemId} {runbook.Summary}"))
        : [];
}

/// <summary>How many runs wait for somebody, beside the page in the menu.</summary>
sealed class WaitingRuns(Runs runs, LiveBus bus) : ReadBadge<RunChanged, Run>(bus, Http.Problems.IsOutage)
{
    const int Most = 500;

    public override string Url => Urls.Runbooks;

    public override string Words => "wait for somebody";

    protected override bool MaySee(Actor actor, Run one) => actor.May(Permission.ReadRunbooks, one.SystemId);

    // Not all that are open: with each step of each of many runs this is read again.
    protected override Task<IReadOnlyList<Run>> ReadAsync() => runs.ListAsync(Actor.Program, new(IsOpen: true, NeedsAPerson: true), null, Most, CancellationToken.None);
}
