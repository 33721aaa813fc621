using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Live;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents.Telling;

/// <summary>
/// Tells others of incidents and of maintenance windows, by a template that somebody looked at first. What is told, its line on the timeline, what is on
/// its way to receivers and the audit entry are one transaction. Every method authorizes by itself. Thread-safe.
/// </summary>
/// <remarks>Of an incident: its commander, a commander of its system, its communications. Of a window: a commander of its system.</remarks>
public sealed class UpdateDesk(IncidentDesk desk, IncidentStore incidents, SilenceBook silences, Composer composer, NoticeSender notices, ICatalogue catalogue, OpsContextFactory contexts, IAuditLog audit, NotificationOptions options, IncidentNews news, LiveBus bus, TimeProvider clock)
{
    /// <summary>What would go where.</summary>
    /// <exception cref="NotFoundException" />
    /// <exception cref="InvalidInputException">A value is not accepted, or there is no template.</exception>
    public async Task<UpdatePreview> PreviewAsync(Actor actor, Guid incidentId, UpdateAsk ask, CancellationToken stop)
    {
        var incident = await desk.FindAsync(actor, incidentId, stop);
        DemandTell(actor, incident);
        return Preview(incident, ask);
    }

    /// <summary>Tells it. Sent again with the same key it tells nobody a second time.</summary>
    /// <exception cref="IncidentStateException">It is not any more what was looked at.</exception>
    public async Task<Incident> SendAsync(Actor actor, Guid incidentId, string? key, UpdateAsk ask, CancellationToken stop)
    {
        var incident = await desk.FindAsync(actor, incidentId, stop);
        DemandTell(actor, incident);
        var own = KeyOf(actor, key);
        if (await WasPostedAsync(own, stop))
            return incident;
        var preview = Seen(Preview(incident, ask), ask);
        var post = new PostedUpdate { Id = clock.NewId(), Key = own, SystemId = incident.SystemId, IncidentId = incident.Id, Subject = preview.Subject, Body = preview.Body, IsPublic = preview.IsPublic, At = clock.Now(), ById = actor.Id, ByName = actor.Name };
        try
        {
            var after = await incidents.ChangeAsync(incidentId, now =>
            {
                DemandTell(actor, now);
                return now.Told(UpdateWords.Line(preview), preview.NextUpdateAt - post.At, actor, post.At);
            }, now => IncidentDesk.Entry(actor, "incident.update_posted", now, Particulars(preview)), stop, also: context => PostAsync(context, post, preview, NoticeKey(incident.Id), IncidentUrls.Incident(incident.Id), stop)) ?? throw new NotFoundException($"incident {incidentId}");
            notices.Wake();
            news.Changed(after);
            return after;
        }
        catch (PostedException)
        {
            return await desk.FindAsync(actor, incidentId, stop);
        }
    }

    public async Task<(Silence Window, UpdatePreview Preview)> PreviewWindowAsync(Actor actor, Guid silenceId, UpdateAsk ask, CancellationToken stop)
    {
        var (window, system) = await WindowAsync(actor, silenceId, stop);
        return (window, PreviewWindow(window, system, ask));
    }

    /// <summary>Tells of a maintenance window.</summary>
    public async Task SendWindowAsync(Actor actor, Guid silenceId, string? key, UpdateAsk ask, CancellationToken stop)
    {
        var (window, system) = await WindowAsync(actor, silenceId, stop);
        var own = KeyOf(actor, key);
        if (await WasPostedAsync(own, stop))
            return;
        var preview = Seen(PreviewWindow(window, system, ask), ask);
        var (from, until) = window.NextAt(clock.GetUtcNow()) ?? (window.StartsAt, window.EndsAt);
        var post = new PostedUpdate { Id = clock.NewId(), Key = own, SystemId = system.Id, SilenceId = window.Id, Subject = preview.Subject, Body = preview.Body, IsPublic = preview.IsPublic, At = clock.Now(), ById = actor.Id, ByName = actor.Name, From = from, Until = until };
        try
        {
            using var permit = await contexts.Gate.EnterAsync(stop);
            await using var context = contexts.CreateDbContext();
            await using var transaction = await context.Database.BeginTransactionAsync(stop);
            await PostAsync(context, post, preview, $"window/{window.Id:N}", UpdateUrls.OfWindow(window.Id), stop);
            await audit.CommitAsync(context, new(actor, "maintenance.announced", $"system/{system.Id}/silence/{window.Id}", Particulars: Particulars(preview).ToDictionary(pair => pair.Name, pair => pair.Value)), stop);
        }
        catch (PostedException)
        {
            return;
        }
        notices.Wake();
        bus.Publish(new SilencesChanged());
    }

    /// <summary>Key of the notices of an incident's updates.</summary>
    internal static string NoticeKey(Guid incidentId) => $"incident/{incidentId:N}";

    public static bool MayTell(Actor actor, Silence window) => window is { Kind: SilenceKind.Maintenance, SystemId: { } system } && actor.May(Permission.CommandIncidents, system);

    UpdatePreview Preview(Incident incident, UpdateAsk ask)
    {
        var now = clock.Now();
        var next = ask.NextUpdateAt ?? now + desk.PaceOf(incident);
        if (next <= now)
            throw new InvalidInputException("nextUpdateAt", "lies in the future.");
        var system = catalogue.Current.Find(incident.SystemId);
        return composer.Compose(incident.SystemId, TemplateKind.Incident, ask, template => UpdateWords.Of(incident, system, template.IsPublic, next, $"{options.ExternalUrl}/{IncidentUrls.Incident(incident.Id)}")) with { NextUpdateAt = next };
    }

    UpdatePreview PreviewWindow(Silence window, MonitoredSystem system, UpdateAsk ask) =>
        composer.Compose(system.Id, TemplateKind.Maintenance, ask, _ => UpdateWords.Of(window, system, clock.GetUtcNow(), $"{options.ExternalUrl}/silences"));

    static UpdatePreview Seen(UpdatePreview preview, UpdateAsk ask)
    {
        if (preview.Chosen.Count == 0 && !preview.IsPublic)
            throw new InvalidInputException("receivers", "Nobody would be told: choose a receiver, or the status page.");
        return ask.Seen is not { Length: > 0 } seen || seen == preview.Seen ? preview
            : throw new IncidentStateException("Nothing was told: what it says is no longer what you saw. Look at it again.");
    }

    async Task<(Silence, MonitoredSystem)> WindowAsync(Actor actor, Guid id, CancellationToken stop)
    {
        var window = await silences.FindAsync(actor, id, stop);
        if (window is not { Kind: SilenceKind.Maintenance, SystemId: { } systemId } || catalogue.Current.Find(systemId) is not { } system)
            throw new NotFoundException($"maintenance window {id} of one system");
        actor.Demand(Permission.CommandIncidents, systemId);
        return (window, system);
    }

    async Task PostAsync(OpsContext context, PostedUpdate post, UpdatePreview preview, string key, string url, CancellationToken stop)
    {
        if (await context.Set<PostedUpdate>().AnyAsync(known => known.Key == post.Key, stop))
            throw new PostedException();
        context.Add(post);
        foreach (var receiver in preview.Chosen)
        {
            await notices.AddAsync(context, new(key, post.SystemId, post.ByName, preview.Subject, url, receiver.Name)
            {
                AlertName = "Update",
                Letter = new(preview.Subject, preview.Body),
            }, stop);
        }
    }

    async Task<bool> WasPostedAsync(string key, CancellationToken stop)
    {
        await using var context = contexts.CreateDbContext();
        return await context.Set<PostedUpdate>().AnyAsync(post => post.Key == key, stop);
    }

    static (string Name, object? Value)[] Particulars(UpdatePreview preview) =>
        [("template", preview.Template.Id), ("subject", preview.Subject), ("body", preview.Body), ("receivers", preview.Chosen.Select(receiver => receiver.Name).ToArray()), ("statusPage", preview.IsPublic)];

    static string KeyOf(Actor actor, string? key) => key is { Length: > 0 and <= 200 } ? $"{actor.Id} {key}" : throw new InvalidInputException("key", "is missing: every press has a key of its own, of at most 200 characters.");

    static void DemandTell(Actor actor, Incident incident)
    {
        actor.Demand(Permission.HandleIncidents, incident.SystemId);
        if (IncidentDesk.MayTell(actor, incident))
            return;
        actor.Refusals?.Note(actor, Permission.CommandIncidents.ToString(), incident.SystemId);
        throw new AccessDeniedException(Permission.CommandIncidents, incident.SystemId, $"Who commands {incident.Name} tells others, and its communications.");
    }

    sealed class PostedException : Exception;
}
