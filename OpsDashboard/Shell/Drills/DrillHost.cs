using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Runbooks;
using OpsDashboard.Shell.Faults;
using OpsDashboard.Storage;

namespace OpsDashboard.Shell.Drills;

/// <summary>Follows running drills each second: the alert, who took it, the runs, green.</summary>
sealed class DrillHost(OpsContextFactory contexts, AlertBook alerts, AlertQuery history, Acknowledgements acknowledgements, Runs runs, FaultDesk faults, IAuditLog audit, LiveBus bus, TimeProvider clock, ILogger<DrillHost> log)
    : LookingHost("Drills could not be followed", TimeSpan.FromSeconds(1), clock, log)
{
    protected internal override async Task LookAsync(CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        foreach (var drill in await context.Set<Drill>().Where(drill => drill.State == DrillState.Running).ToListAsync(stop))
        {
            await FollowAsync(drill, stop);
            if (!context.ChangeTracker.HasChanges())
                continue;
            try
            {
                if (drill.IsOver)
                    await audit.CommitAsync(context, Ended(drill), stop);
                else
                    await context.SaveChangesAsync(stop);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another process, or somebody who abandoned it, was quicker.
                return;
            }
            if (drill.IsOver)
                await EndFaultAsync(drill, stop);
            bus.Publish(new DrillChanged(drill.Id));
        }
    }

    async Task FollowAsync(Drill drill, CancellationToken stop)
    {
        var now = Clock.Now();
        if (drill.AlertId is null && Detected(drill) is { } alert)
            (drill.AlertId, drill.AlertName, drill.DetectedAt) = (alert.Id, alert.Name, alert.FiredAt);
        if (drill.AlertId is { } id)
        {
            if (drill.AcknowledgedAt is null && acknowledgements.Of(id) is { } taken)
                (drill.AcknowledgedAt, drill.AcknowledgedBy) = (taken.At, taken.OwnerId);
            await FollowRunsAsync(drill, id, now, stop);
        }
        if (!drill.IsOver && now - drill.StartedAt > Drill.Longest)
            (drill.State, drill.EndedAt) = (DrillState.Failed, now);
    }

    async Task FollowRunsAsync(Drill drill, Guid alertId, DateTimeOffset now, CancellationToken stop)
    {
        var tried = await runs.ListAsync(Actor.Program, new(AlertId: alertId), null, 100, stop);
        drill.WrongTurns = tried.Count(run => run.IsOver && run.Effect != RunEffect.Effective);
        drill.RunbookId = tried.FirstOrDefault(run => run.Effect == RunEffect.Effective)?.RunbookId;
        if (drill.GreenAt is null && (await history.FindAsync(Actor.Program, alertId, stop)) is { State: AlertState.Resolved } resolved)
            drill.GreenAt = resolved.ResolvedAt;
        // A run that watches the condition still is the one that may have done it.
        if (drill.GreenAt is not null && tried.All(run => run.IsOver))
            (drill.State, drill.EndedAt) = (drill.RunbookId is null ? DrillState.Failed : DrillState.Passed, now);
    }

    Alert? Detected(Drill drill) => alerts.Current
        .Where(alert => alert.SystemId == drill.SystemId && alert.FiredAt >= drill.StartedAt && alert.InhibitedBy is null && alert.Severity is not ("info" or "none"))
        .MinBy(alert => alert.FiredAt);

    async Task EndFaultAsync(Drill drill, CancellationToken stop)
    {
        try
        {
            await faults.EndAsync(Actor.Program, drill.SystemId, drill.Fault, stop);
        }
        catch (Exception gone) when (gone is NotFoundException or HttpRequestException)
        {
            Log.LogWarning("The fault {Fault} of {System} could not be ended: {Reason}", drill.Fault, drill.SystemId, gone.Message);
        }
    }

    static AuditRecord Ended(Drill drill) => new(Actor.Program, "drill.ended", $"system/{drill.SystemId}", drill.State == DrillState.Passed ? AuditOutcome.Done : AuditOutcome.Failed, new Dictionary<string, object?>
    {
        ["drill"] = drill.Id,
        ["fault"] = drill.Fault,
        ["alert"] = drill.AlertName,
        ["runbook"] = drill.RunbookId,
        ["wrongTurns"] = drill.WrongTurns,
        ["score"] = drill.Score,
    });
}
