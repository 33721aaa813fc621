using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Live.Replicas;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notes;

/// <summary>Notes beside alerts: whoever may handle the alert writes, whoever may read it reads. Thread-safe.</summary>
public sealed class AlertNotes : IDisposable
{
    const string Topic = "alert-notes";
    const int MostShown = 500;

    readonly AlertQuery alerts;
    readonly OpsContextFactory contexts;
    readonly IAuditLog audit;
    readonly LiveBus bus;
    readonly IReplicaChannel replicas;
    readonly TimeProvider clock;
    readonly IDisposable ofOthers;

    public AlertNotes(AlertQuery alerts, OpsContextFactory contexts, IAuditLog audit, LiveBus bus, IReplicaChannel replicas, TimeProvider clock)
    {
        (this.alerts, this.contexts, this.audit, this.bus, this.replicas, this.clock) = (alerts, contexts, audit, bus, replicas, clock);
        ofOthers = replicas.Subscribe(Topic, () => bus.Publish(new AlertNotesChanged()));
    }

    /// <exception cref="InvalidInputException" />
    /// <exception cref="NotFoundException">There is no such alert, or not for this actor.</exception>
    /// <exception cref="AccessDeniedException">The actor may read the alert, not handle it.</exception>
    public async Task<AlertNote> AddAsync(Actor actor, Guid alertId, string? text, CancellationToken stop)
    {
        var alert = await alerts.FindAsync(actor, alertId, stop);
        actor.Demand(Permission.AcknowledgeAlerts, alert.SystemId);
        var written = text?.ReplaceLineEndings("\n").Trim() ?? "";
        if (written.Length is 0 or > AlertNote.MaxText)
            throw new InvalidInputException("text", $"has between 1 and {AlertNote.MaxText} characters.");
        var note = new AlertNote { Id = clock.NewId(), AlertId = alertId, SystemId = alert.SystemId, AuthorId = actor.Id, AuthorName = actor.Name, Text = written, At = clock.Now() };
        await using var context = contexts.CreateDbContext();
        context.Add(note);
        await audit.CommitAsync(context, new(actor, "alert.noted", $"alert/{alertId}", Particulars: new Dictionary<string, object?> { ["text"] = written }), stop);
        bus.Publish(new AlertNotesChanged());
        replicas.Publish(Topic);
        return note;
    }

    /// <summary>The notes of one alert, the oldest first.</summary>
    /// <exception cref="NotFoundException">There is no such alert, or not for this actor.</exception>
    public async Task<IReadOnlyList<AlertNote>> OfAsync(Actor actor, Guid alertId, CancellationToken stop)
    {
        await alerts.FindAsync(actor, alertId, stop);
        await using var context = contexts.CreateDbContext();
        return await context.Set<AlertNote>().AsNoTracking().Where(note => note.AlertId == alertId).OrderBy(note => note.At).ThenBy(note => note.Id).Take(MostShown).ToListAsync(stop);
    }

    public void Dispose() => ofOthers.Dispose();
}
