using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents;

public sealed partial class IncidentDesk
{
    static readonly TimeSpan ReviewWithin = TimeSpan.FromDays(5);

    /// <summary>Takes a role that nobody has. Who takes command has its alerts in hand: nobody else is paged for them.</summary>
    public async Task<Incident> TakeAsync(Actor actor, Guid id, IncidentRole role, CancellationToken stop)
    {
        DemandPerson(actor);
        var taken = await HandleAsync(actor, id, "incident.role_taken", incident => incident.Taken(role, actor, clock.Now()), stop, ("role", role.ToString()));
        var open = role == IncidentRole.Commander ? taken.Alerts.Where(alert => alert.ResolvedAt is null && actor.May(Permission.AcknowledgeAlerts, alert.SystemId)).Select(alert => alert.Id).ToArray() : [];
        if (open.Length > 0)
            await acknowledgements.AcknowledgeAsync(actor, open, new($"commands {taken.Name}"), stop);
        return taken;
    }

    /// <summary>Asks somebody to take a role. Its holder hands it over so, and whoever leads.</summary>
    public async Task<Incident> OfferAsync(Actor actor, Guid id, IncidentRole role, string? toId, CancellationToken stop)
    {
        var incident = await FindAsync(actor, id, stop);
        actor.Demand(Permission.HandleIncidents, incident.SystemId);
        if (incident.Holder(role)?.PersonId != actor.Id)
            DemandCommand(actor, incident);
        var to = (await people.WhoMayAsync(actor, Permission.HandleIncidents, incident.SystemId, stop)).FirstOrDefault(person => person.Id == toId)
            ?? throw new InvalidInputException("to", "is somebody who may handle incidents of the system.");
        return await ChangeAsync(actor, id, "incident.role_offered", now => now.Offered(role, to.Id, to.Name, actor, clock.Now()), stop, ("role", role.ToString()), ("to", to.Id));
    }

    public Task<Incident> AcceptAsync(Actor actor, Guid id, IncidentRole role, CancellationToken stop) =>
        HandleAsync(actor, id, "incident.role_accepted", incident => incident.Accepted(role, actor, clock.Now()), stop, ("role", role.ToString()));

    /// <summary>Who was asked says no, or who leads takes the question back.</summary>
    public Task<Incident> DeclineRoleAsync(Actor actor, Guid id, IncidentRole role, string? reason, CancellationToken stop)
    {
        var why = Text("reason", reason, MaxText);
        return HandleAsync(actor, id, "incident.role_declined", incident => incident.OfferDeclined(role, why, actor, clock.Now()), stop, ("role", role.ToString()), ("reason", why));
    }

    public Task<Incident> LeaveAsync(Actor actor, Guid id, IncidentRole role, CancellationToken stop) =>
        HandleAsync(actor, id, "incident.role_left", incident => incident.Left(role, actor, clock.Now()), stop, ("role", role.ToString()));

    public Task<Incident> MoveAsync(Actor actor, Guid id, IncidentStatus status, string? note, CancellationToken stop)
    {
        var why = Text("note", note, MaxText, isRequired: true);
        return CommandAsync(actor, id, "incident.status_changed", incident => incident.Moved(status, why, actor, clock.Now()), stop, ("status", status.ToString()), ("note", why));
    }

    public Task<Incident> RateAsync(Actor actor, Guid id, IncidentSeverity severity, string? note, CancellationToken stop)
    {
        var why = Text("note", note, MaxText, isRequired: true);
        return CommandAsync(actor, id, "incident.severity_changed", incident => incident.Rated(severity, why, DocumentOf(incident).Pace[severity], actor, clock.Now()), stop, ("severity", severity.ToString()), ("note", why));
    }

    /// <param name="restoredAt">When users were no longer hit; null: as its alerts say.</param>
    /// <param name="cause">Empty: not known yet.</param>
    /// <exception cref="InvalidInputException">Its alerts do not say it, and nobody else does.</exception>
    public Task<Incident> ResolveAsync(Actor actor, Guid id, string? note, string? cause, DateTimeOffset? restoredAt, CancellationToken stop)
    {
        var (why, because) = (Text("note", note, MaxText, isRequired: true), Text("cause", cause, MaxText));
        return CommandAsync(actor, id, "incident.resolved", incident =>
        {
            var now = clock.Now();
            var restored = restoredAt ?? incident.RestoredAt ?? throw new InvalidInputException("restoredAt", "is when users were no longer hit: its alerts still fire, so somebody has to say it.");
            return incident.Resolved(why, because, restored, now + ReviewWithin, actor, now);
        }, stop, ("note", why), ("cause", because), ("restoredAt", restoredAt?.ToString("o")));
    }

    public Task<Incident> ReopenAsync(Actor actor, Guid id, string? note, CancellationToken stop)
    {
        var why = Text("note", note, MaxText, isRequired: true);
        return HandleAsync(actor, id, "incident.reopened", incident => incident.Reopened(why, PaceOf(incident), actor, clock.Now()), stop, ("note", why));
    }

    public Task<Incident> SayImpactAsync(Actor actor, Guid id, string? impact, DateTimeOffset? eta, CancellationToken stop)
    {
        var text = Text("impact", impact, MaxText);
        return CommandAsync(actor, id, "incident.impact_said", incident => incident.ImpactSaid(text, eta, actor, clock.Now()), stop, ("impact", text), ("eta", eta?.ToString("o")));
    }

    /// <summary>Moves the start of the clock of a system.</summary>
    public Task<Incident> SetBeganAsync(Actor actor, Guid id, string? systemId, DateTimeOffset? beganAt, string? reason, CancellationToken stop)
    {
        var why = Text("reason", reason, MaxText, isRequired: true);
        var at = beganAt ?? throw new InvalidInputException("beganAt", "is missing.");
        if (at < clock.GetUtcNow() - OldestBegin)
            throw new InvalidInputException("beganAt", "lies within the last 30 days.");
        return CommandAsync(actor, id, "incident.impact_start_set", incident => incident.BeganSet(systemId ?? incident.SystemId, Instant.FromMicroseconds(Instant.ToMicroseconds(at)), why, actor, clock.Now()), stop, ("system", systemId), ("beganAt", at.ToString("o")), ("reason", why));
    }

    public Task<Incident> SetBridgeAsync(Actor actor, Guid id, string? bridge, CancellationToken stop)
    {
        var address = Text("bridge", bridge, 500);
        if (address.Length > 0 && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" or "tel"))
            throw new InvalidInputException("bridge", "is an https:// or tel: address.");
        return CommandAsync(actor, id, "incident.bridge_set", incident => incident.BridgeSet(address.Length > 0 ? address : null, actor, clock.Now()), stop, ("bridge", address));
    }

    /// <summary>Writes a note, decision or hypothesis. <c>@name</c> of somebody who may handle it makes a task for that one.</summary>
    public async Task<Incident> NoteAsync(Actor actor, Guid id, EntryKind kind, string? text, CancellationToken stop)
    {
        if (kind is not (EntryKind.Note or EntryKind.Decision or EntryKind.Hypothesis))
            throw new InvalidInputException("kind", "is note, decision or hypothesis.");
        var written = Text("text", text, MaxText, isRequired: true);
        var named = written.Contains('@', StringComparison.Ordinal) ? Mentioned(written, await PeopleAsync(actor, await FindAsync(actor, id, stop), stop)) : null;
        return await HandleAsync(actor, id, "incident.noted", incident =>
        {
            var now = clock.Now();
            var noted = incident.Noted(kind, written, actor, now);
            return named is null || incident.Tasks.Count >= MaxTasks ? noted : noted.TaskAdded(new(clock.NewId(), written, named.Id, named.Name, now), actor, now);
        }, stop, ("kind", kind.ToString()), ("text", written));
    }

    /// <summary>Takes a pasted chat apart into entries with their times; what has no time belongs to the line before.</summary>
    public async Task<Incident> PasteAsync(Actor actor, Guid id, string? chat, CancellationToken stop)
    {
        var incident = await FindAsync(actor, id, stop);
        var lines = ChatText.Parse(Text("chat", chat, 100_000, isRequired: true), incident.OpenedAt, clock.Now());
        if (lines.Count == 0)
            throw new InvalidInputException("chat", "has no line that begins with a time, such as “03:12 Ana: …”.");
        return await HandleAsync(actor, id, "incident.chat_pasted", now => lines.Aggregate(now, (so, line) => so.Said(new(EntryKind.Chat, line.At, $"{(line.Who.Length > 0 ? $"{line.Who}: " : "")}{line.Text}", actor.Id, actor.Name))), stop, ("lines", lines.Count));
    }

    public Task<Incident> PutOffAsync(Actor actor, Guid id, string? key, string? title, string? reason, CancellationToken stop)
    {
        var why = Text("reason", reason, MaxText, isRequired: true);
        var (which, what) = (Text("proposal", key, 200, isRequired: true), Text("title", title, MaxTitle, isRequired: true));
        return CommandAsync(actor, id, "incident.proposal_declined", incident => incident.PutOff(which, what, why, actor, clock.Now()), stop, ("proposal", which), ("reason", why));
    }

    public Task<Incident> TakePhasesAsync(Actor actor, Guid id, string? template, CancellationToken stop) => CommandAsync(actor, id, "incident.phases_taken", incident =>
    {
        var found = DocumentOf(incident).Template(template ?? "") ?? throw new InvalidInputException("template", "is one of the system's templates.");
        return incident.PhasesTaken(found.Id, found.Title, found.Phases, actor, clock.Now());
    }, stop, ("template", template));

    public Task<Incident> TickAsync(Actor actor, Guid id, string? phase, string? step, bool isDone, CancellationToken stop) =>
        HandleAsync(actor, id, "incident.step_ticked", incident => incident.Ticked(phase ?? "", step ?? "", isDone, actor, clock.Now()), stop, ("phase", phase), ("step", step), ("done", isDone));

    /// <param name="isAction">Of the review.</param>
    public async Task<Incident> AddTaskAsync(Actor actor, Guid id, string? text, string? ownerId, DateTimeOffset? dueAt, bool isAction, CancellationToken stop)
    {
        var written = Text("text", text, MaxText, isRequired: true);
        var owner = ownerId is { Length: > 0 } ? (await PeopleAsync(actor, await FindAsync(actor, id, stop), stop)).FirstOrDefault(person => person.Id == ownerId) ?? throw new InvalidInputException("owner", "is somebody who may handle incidents of the system.") : null;
        if (isAction && (owner is null || dueAt is null))
            throw new InvalidInputException(owner is null ? "owner" : "dueAt", "is missing: an action item has an owner and a due date.");
        return await HandleAsync(actor, id, "incident.task_added", incident => incident.Tasks.Count >= MaxTasks ? throw new IncidentStateException($"{incident.Name} has {MaxTasks} tasks already.")
            : incident.TaskAdded(new(clock.NewId(), written, owner?.Id, owner?.Name, clock.Now()) { DueAt = dueAt, IsAction = isAction, AcceptedAt = owner?.Id == actor.Id ? clock.Now() : null }, actor, clock.Now()), stop, ("text", written), ("owner", owner?.Id));
    }

    public Task<Incident> AcceptTaskAsync(Actor actor, Guid id, Guid task, CancellationToken stop) =>
        HandleAsync(actor, id, "incident.task_accepted", incident => incident.TaskAccepted(task, actor, clock.Now()), stop, ("task", task));

    public Task<Incident> FinishTaskAsync(Actor actor, Guid id, Guid task, CancellationToken stop) =>
        HandleAsync(actor, id, "incident.task_done", incident => incident.TaskDone(task, actor, clock.Now()), stop, ("task", task));

    /// <summary>An alert of whatever system belongs to it from now on.</summary>
    public async Task<Incident> JoinAsync(Actor actor, Guid id, Guid alertId, CancellationToken stop)
    {
        var alert = await alerts.FindAsync(actor, alertId, stop);
        if (await store.OfAlertAsync(alertId, stop) is { } other && other.Id != id)
            throw new IncidentExistsException(other);
        return await HandleAsync(actor, id, "incident.alert_joined", incident => incident.Joined(alert, clock.Now()), stop, ("alert", alertId));
    }

    /// <summary>The incident goes on as another one, which takes its alerts, clocks and tasks.</summary>
    /// <param name="into">Number of the other.</param>
    public async Task<Incident> MergeAsync(Actor actor, Guid id, long? into, string? reason, CancellationToken stop)
    {
        var why = Text("reason", reason, MaxText, isRequired: true);
        var other = await OtherAsync(actor, into, stop);
        DemandCommand(actor, other);
        if (!other.IsOpen)
            throw new IncidentStateException($"{other.Name} is {IncidentWords.State(other)}; nothing goes into it.");
        var merged = await CommandAsync(actor, id, "incident.merged", incident => incident.MergedInto(other, why, actor, clock.Now()), stop, ("into", other.Name), ("reason", why));
        await ChangeAsync(actor, other.Id, "incident.absorbed", incident => incident.Absorbed(merged, why, actor, clock.Now()), stop, ("from", merged.Name));
        return merged;
    }

    public async Task<Incident> LinkAsync(Actor actor, Guid id, long? to, CancellationToken stop)
    {
        var other = await OtherAsync(actor, to, stop);
        var linked = await HandleAsync(actor, id, "incident.linked", incident => incident.LinkedTo(other, actor, clock.Now()), stop, ("to", other.Name));
        if (actor.May(Permission.HandleIncidents, other.SystemId))
            await ChangeAsync(actor, other.Id, "incident.linked", incident => incident.LinkedTo(linked, actor, clock.Now()), stop, ("to", linked.Name));
        return linked;
    }

    async Task<Incident> OtherAsync(Actor actor, long? number, CancellationToken stop) =>
        number is { } wanted && await store.FindByNumberAsync(wanted, stop) is { } other && actor.May(Permission.ReadIncidents, other.SystemId) ? other : throw new InvalidInputException("incident", "is the number of one that you may see.");

    async Task<Incident> HandleAsync(Actor actor, Guid id, string action, Func<Incident, Incident> change, CancellationToken stop, params (string, object?)[] particulars)
    {
        actor.Demand(Permission.HandleIncidents, (await FindAsync(actor, id, stop)).SystemId);
        return await ChangeAsync(actor, id, action, change, stop, particulars);
    }

    async Task<Incident> CommandAsync(Actor actor, Guid id, string action, Func<Incident, Incident> change, CancellationToken stop, params (string, object?)[] particulars)
    {
        DemandCommand(actor, await FindAsync(actor, id, stop));
        // Command may have passed on since it was read.
        return await ChangeAsync(actor, id, action, incident =>
        {
            DemandCommand(actor, incident);
            return change(incident);
        }, stop, particulars);
    }

    internal async Task<Incident> ChangeAsync(Actor actor, Guid id, string action, Func<Incident, Incident> change, CancellationToken stop, params (string, object?)[] particulars)
    {
        var after = await store.ChangeAsync(id, change, now => Entry(actor, action, now, particulars), stop) ?? throw new NotFoundException($"incident {id}");
        news.Changed(after);
        return after;
    }

    static void DemandCommand(Actor actor, Incident incident)
    {
        actor.Demand(Permission.HandleIncidents, incident.SystemId);
        if (MayCommand(actor, incident))
            return;
        actor.Refusals?.Note(actor, Permission.CommandIncidents.ToString(), incident.SystemId);
        throw new AccessDeniedException(Permission.CommandIncidents, incident.SystemId, incident.Holder(IncidentRole.Commander) is { } holder ? $"{holder.Name} commands {incident.Name}." : $"Nobody commands {incident.Name} yet: take command first.");
    }

    static void DemandPerson(Actor actor)
    {
        if (actor.Kind != ActorKind.Person)
            throw new InvalidInputException("role", "is held by people, not by tokens.");
    }

    static AccountName? Mentioned(string text, IReadOnlyList<AccountName> known) =>
        known.OrderByDescending(person => person.Name.Length).FirstOrDefault(person => text.Contains($"@{person.Name}", StringComparison.OrdinalIgnoreCase))
        ?? known.FirstOrDefault(person => text.Contains($"@{person.Name.Split(' ')[0]}", StringComparison.OrdinalIgnoreCase));
}
