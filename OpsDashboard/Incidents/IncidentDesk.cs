using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents.Reading;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Incidents.Timeline;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents;

/// <param name="AlertId">The alert from which it is opened; it chooses the system, and title and severity where those are missing.</param>
/// <param name="Key">Chosen by the caller, another for each press.</param>
public sealed record NewIncident(string? Key, string? SystemId = null, Guid? AlertId = null, string? Title = null, IncidentSeverity? Severity = null, string? ComponentId = null, string? Impact = null, DateTimeOffset? BeganAt = null, string? Template = null);

/// <summary>
/// What people do with incidents. Every method authorizes, validates and audits by itself; what changes something, its lines on the timeline and its audit
/// entry are one transaction. Thread-safe.
/// </summary>
/// <remarks>Who leads has the command buttons: the incident's commander, and whoever is a commander of its system.</remarks>
public sealed partial class IncidentDesk(IncidentStore store, AlertQuery alerts, Acknowledgements acknowledgements, ICatalogue catalogue, People people, IncidentNews news, TimeProvider clock)
{
    public const int MaxTitle = 200, MaxText = 2000, MaxTasks = 200;
    static readonly TimeSpan OldestBegin = TimeSpan.FromDays(30);

    /// <summary>Opens one. An alert that belongs to an incident, or whose system has one that alerts join, is not opened a second time.</summary>
    /// <exception cref="NotFoundException">There is no such alert or system, or not for this actor.</exception>
    /// <exception cref="IncidentExistsException">The alert belongs to one already.</exception>
    /// <exception cref="InvalidInputException" />
    /// <exception cref="AccessDeniedException" />
    public async Task<(Incident Incident, bool WasThere)> OpenAsync(Actor actor, NewIncident ask, CancellationToken stop)
    {
        var alert = ask.AlertId is { } id ? await alerts.FindAsync(actor, id, stop) : null;
        var systemId = alert?.SystemId ?? ask.SystemId ?? "";
        if (catalogue.Current.Find(systemId) is not { } system || !actor.May(Permission.ReadIncidents, systemId))
            throw new InvalidInputException("system", "is one of the systems that you may see.");
        actor.Demand(Permission.HandleIncidents, systemId);
        if (ask.Key is not { Length: > 0 and <= 200 } key)
            throw new InvalidInputException("key", "is missing: every press has a key of its own, of at most 200 characters.");
        var document = system.Document<IncidentDocument>() ?? IncidentDocument.Usual;
        var policy = alert is null ? null : document.PolicyFor(alert);
        var now = clock.Now();
        var title = Text("title", ask.Title ?? (alert is null ? "" : $"{system.Name}: {alert.Summary}"), MaxTitle, isRequired: true, cut: ask.Title is null);
        if (ask.ComponentId is { Length: > 0 } component && system.Components.All(known => known.Id != component))
            throw new InvalidInputException("component", "is one of the system's components.");
        var template = ask.Template is { Length: > 0 } named ? document.Template(named) ?? throw new InvalidInputException("template", "is one of the system's templates.") : policy?.Template is { } usual ? document.Template(usual) : null;
        if (ask.BeganAt is { } began && (began > now || began < now - OldestBegin))
            throw new InvalidInputException("beganAt", "lies within the last 30 days, and not in the future.");
        var severity = ask.Severity ?? policy?.Severity ?? (alert is { Severity: "critical" } ? IncidentSeverity.Critical : alert is not null ? IncidentSeverity.Medium : throw new InvalidInputException("severity", "is critical, high, medium or low."));
        var (incident, wasThere) = await store.AddAsync($"{actor.Id} {key}", number => Opened(new(number, system, severity, title, alert?.ComponentId ?? ask.ComponentId, Text("impact", ask.Impact, MaxText)), document, template, alert, ask.BeganAt, actor, now),
            isJoinable: true, mustBeJoinable: false, made => Entry(actor, "incident.opened", made, ("title", made.Title), ("severity", made.Severity.ToString()), ("alert", alert?.Id)), stop);
        if (!wasThere)
            news.Changed(incident);
        return (incident, wasThere);
    }

    /// <exception cref="NotFoundException">There is no such incident, or not for this actor.</exception>
    public async Task<Incident> FindAsync(Actor actor, Guid id, CancellationToken stop) => (await FindWithVersionAsync(actor, id, stop)).Incident;

    /// <exception cref="NotFoundException">There is no such incident, or not for this actor.</exception>
    public async Task<(Incident Incident, int Version)> FindWithVersionAsync(Actor actor, Guid id, CancellationToken stop)
    {
        DemandReadAnywhere(actor);
        return await store.FindWithVersionAsync(id, stop) is { } found && actor.May(Permission.ReadIncidents, found.Incident.SystemId) ? found : throw new NotFoundException($"incident {id}");
    }

    /// <summary>The incident to which an alert belongs; null: to none that the actor may see.</summary>
    public async Task<Incident?> OfAlertAsync(Actor actor, Guid alertId, CancellationToken stop) =>
        actor.MayAnywhere(Permission.ReadIncidents) && await store.OfAlertAsync(alertId, stop) is { } found && actor.May(Permission.ReadIncidents, found.SystemId) ? found : null;

    /// <summary>The latest first, only of systems that the actor may read.</summary>
    public Task<IReadOnlyList<Incident>> ListAsync(Actor actor, IncidentFilter filter, long? before, int limit, CancellationToken stop)
    {
        DemandReadAnywhere(actor);
        return store.ListAsync(Readable(actor, filter), before, Math.Clamp(limit, 1, 5000), stop);
    }

    /// <summary>Lines of the timeline, the latest first.</summary>
    /// <exception cref="NotFoundException">There is no such incident, or not for this actor.</exception>
    public async Task<IReadOnlyList<TimelineEntry>> TimelineAsync(Actor actor, Guid id, DateTimeOffset? before, int limit, CancellationToken stop, IReadOnlyCollection<EntryKind>? kinds = null, string? byId = null)
    {
        await FindAsync(actor, id, stop);
        return await store.TimelineAsync(id, before, Math.Clamp(limit, 1, 20_000), stop, kinds, byId);
    }

    /// <summary>Who can be asked to take a role.</summary>
    public async Task<IReadOnlyList<AccountName>> PeopleAsync(Actor actor, Incident incident, CancellationToken stop) =>
        actor.May(Permission.HandleIncidents, incident.SystemId) ? await people.WhoMayAsync(actor, Permission.HandleIncidents, incident.SystemId, stop) : [];

    /// <summary>Whether the actor has the command buttons.</summary>
    public static bool MayCommand(Actor actor, Incident incident) =>
        actor.May(Permission.HandleIncidents, incident.SystemId) && (incident.IsCommandedBy(actor.Id) || actor.May(Permission.CommandIncidents, incident.SystemId));

    /// <summary>Whether the actor may tell others of it.</summary>
    public static bool MayTell(Actor actor, Incident incident) => MayCommand(actor, incident) || (actor.May(Permission.HandleIncidents, incident.SystemId) && incident.Holder(IncidentRole.Communications)?.PersonId == actor.Id);

    public IncidentDocument DocumentOf(Incident incident) => catalogue.Current.Find(incident.SystemId)?.Document<IncidentDocument>() ?? IncidentDocument.Usual;

    /// <summary>The pace of updates of an incident.</summary>
    public TimeSpan PaceOf(Incident incident) => DocumentOf(incident).Pace[incident.Severity];

    internal static Incident Opened(Basics basics, IncidentDocument document, PhaseTemplate? template, Alert? alert, DateTimeOffset? beganAt, Actor by, DateTimeOffset now)
    {
        var incident = new Incident
        {
            Id = Guid.CreateVersion7(now),
            Number = basics.Number,
            SystemId = basics.System.Id,
            ComponentId = basics.ComponentId is { Length: > 0 } component ? component : null,
            Title = basics.Title,
            Severity = basics.Severity,
            Impact = basics.Impact,
            OpenedAt = now,
            OpenedById = by.Id,
            OpenedByName = by.Name,
            Bridge = document.Bridge,
            Template = template?.Id ?? "",
            Phases = template?.Phases ?? [],
            UpdateDueAt = now + document.Pace[basics.Severity],
        };
        var began = beganAt ?? alert?.ActiveAt ?? now;
        incident = incident with { Clocks = [new(basics.System.Id, began)] };
        incident = incident.Said(new(EntryKind.Impact, began, alert is null && beganAt is null ? "The impact began, as far as is known" : beganAt is null ? "The impact began (first failed sample)" : $"The impact began, as {by.Name} says", Key: "began"));
        incident = incident.Said(new(EntryKind.Opened, now, $"{incident.Name} opened{(alert is null ? "" : $" by alert {alert.Name}")}, {IncidentWords.Of(basics.Severity)}{(template is null ? "" : $", follows “{template.Title}”")}", by.Id, by.Name, Key: "opened"));
        return alert is null ? incident : incident.Joined(alert, now, isOpener: true);
    }

    /// <param name="Title">Valid already.</param>
    internal sealed record Basics(long Number, MonitoredSystem System, IncidentSeverity Severity, string Title, string? ComponentId, string Impact = "");

    internal static AuditRecord Entry(Actor actor, string action, Incident incident, params (string Name, object? Value)[] particulars) =>
        new(actor, action, $"system/{incident.SystemId}/{incident.Name}", Particulars: particulars.ToDictionary(pair => pair.Name, pair => pair.Value));

    static void DemandReadAnywhere(Actor actor)
    {
        if (!actor.MayAnywhere(Permission.ReadIncidents))
            actor.Demand(Permission.ReadIncidents);
    }

    static string Text(string field, string? text, int most, bool isRequired = false, bool cut = false)
    {
        var written = text?.ReplaceLineEndings("\n").Trim() ?? "";
        if (cut && written.Length > most)
            written = written[..(most - 1)] + "…";
        if (written.Length > most || (isRequired && written.Length == 0))
            throw new InvalidInputException(field, isRequired ? $"has between 1 and {most} characters." : $"has at most {most} characters.");
        return written;
    }
}
