using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents.Reading;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents.Scribe;

/// <summary>
/// From the stored transitions of alerts: opens what the policies say, lets alerts join the open incident of their system, ends them there. An alert that
/// is silenced, muted or explained by another waits until it is not. Not thread-safe: the host calls it.
/// </summary>
sealed class AlertScribe(IncidentStore incidents, AlertStore alerts, HandledAlerts handled, ICatalogue catalogue, IncidentNews news, TimeProvider clock)
{
    const string Cursor = "alerts";
    const int Portion = 500;

    // Fired, and nobody is to know of it yet.
    readonly HashSet<Guid> waiting = [];
    bool isFirst = true;

    public async Task LookAsync(CancellationToken stop)
    {
        var cursor = await incidents.CursorAsync(Cursor, stop) ?? 0;
        if (isFirst)
            AwaitOpen();
        while (true)
        {
            var transitions = await alerts.TransitionsAfterAsync(cursor, Portion, stop);
            if (transitions.Count > 0)
                await FollowAsync(transitions, stop);
            await OpenWaitingAsync(stop);
            if (transitions.Count == 0)
                break;
            cursor = transitions[^1].Sequence;
            await incidents.MoveAsync(Cursor, cursor, stop);
        }
        await AcknowledgedAsync(stop);
    }

    // What was silenced when the program ended is no transition any more.
    void AwaitOpen()
    {
        waiting.UnionWith(handled.Current(Actor.Program).Where(one => one.Alert.State == AlertState.Firing && one.Alert.SystemId is not null).Select(one => one.Alert.Id));
        isFirst = false;
    }

    async Task FollowAsync(IReadOnlyList<AlertTransition> transitions, CancellationToken stop)
    {
        foreach (var transition in transitions.Where(transition => transition.SystemId is not null))
        {
            if (transition.To == AlertState.Firing)
            {
                waiting.Add(transition.AlertId);
            }
            else if (transition is { To: AlertState.Resolved, From: AlertState.Firing })
            {
                // One that fired and passed between two looks opens what it opens all the same.
                if (waiting.Contains(transition.AlertId))
                    await OpenAsync([transition.AlertId], stop);
                await EndAsync(transition, stop);
            }
        }
    }

    async Task OpenWaitingAsync(CancellationToken stop)
    {
        if (waiting.Count > 0)
            await OpenAsync([.. waiting], stop);
    }

    async Task OpenAsync(IReadOnlyCollection<Guid> ids, CancellationToken stop)
    {
        var quiet = handled.Current(Actor.Program).Where(one => one.IsSilenced).Select(one => one.Alert.Id).ToHashSet();
        var found = await alerts.FindAsync([.. ids], stop);
        foreach (var gone in ids.Except(found.Select(alert => alert.Id)))
            waiting.Remove(gone);
        foreach (var group in found.Where(alert => alert.InhibitedBy is null && !quiet.Contains(alert.Id)).GroupBy(alert => alert.SystemId!))
        {
            if (catalogue.Current.Find(group.Key) is { } system)
                await OpenOrJoinAsync(system, [.. group.OrderBy(alert => alert.FiredAt ?? alert.ActiveAt)], stop);
            waiting.ExceptWith(group.Select(alert => alert.Id));
        }
        waiting.ExceptWith(found.Where(alert => alert.State != AlertState.Firing).Select(alert => alert.Id));
    }

    async Task OpenOrJoinAsync(MonitoredSystem system, IReadOnlyList<Alert> firing, CancellationToken stop)
    {
        var document = system.Document<IncidentDocument>() ?? IncidentDocument.Usual;
        var unlinked = new List<Alert>();
        foreach (var alert in firing)
        {
            if (await incidents.OfAlertAsync(alert.Id, stop) is null)
                unlinked.Add(alert);
        }
        while (unlinked.Count > 0)
        {
            if (await incidents.JoinableAsync(system.Id, stop) is { } open)
            {
                var joining = unlinked.Where(MayJoin).ToArray();
                if (joining.Length > 0 && await incidents.ChangeAsync(open, incident => incident.IsOpen ? joining.Aggregate(incident, (so, alert) => so.Joined(alert, alert.FiredAt ?? clock.Now())) : incident, null, stop) is { } joined)
                    news.Changed(joined);
                return;
            }
            if (unlinked.Find(alert => document.PolicyFor(alert) is not null) is not { } opener)
                return;
            if (await TryOpenAsync(system, document, document.PolicyFor(opener)!, opener, stop))
                unlinked.Remove(opener);
        }
    }

    async Task<bool> TryOpenAsync(MonitoredSystem system, IncidentDocument document, OpenPolicy policy, Alert opener, CancellationToken stop)
    {
        var title = $"{system.Name}: {opener.Summary}";
        try
        {
            var (incident, wasThere) = await incidents.AddAsync($"alert {opener.Id:N}", number => IncidentDesk.Opened(
                new(number, system, policy.Severity, title.Length > IncidentDesk.MaxTitle ? title[..(IncidentDesk.MaxTitle - 1)] + "…" : title, opener.ComponentId),
                document, policy.Template is { } template ? document.Template(template) : null, opener, null, Actor.Program, clock.Now()),
                isJoinable: true, mustBeJoinable: true, made => IncidentDesk.Entry(Actor.Program, "incident.opened", made, ("title", made.Title), ("severity", made.Severity.ToString()), ("alert", opener.Id)), stop);
            if (!wasThere)
                news.Changed(incident);
            return true;
        }
        catch (IncidentExistsException)
        {
            // Another one was faster: it joins that one, or belongs to one already.
            return await incidents.OfAlertAsync(opener.Id, stop) is not null;
        }
    }

    async Task EndAsync(AlertTransition transition, CancellationToken stop)
    {
        if (await incidents.OfAlertAsync(transition.AlertId, stop) is not { } incident)
            return;
        if (await incidents.ChangeAsync(incident.Id, now => now.AlertResolved(transition.AlertId, transition.At), null, stop) is { } after)
            news.Changed(after);
    }

    async Task AcknowledgedAsync(CancellationToken stop)
    {
        foreach (var one in handled.Current(Actor.Program).Where(one => one.Acknowledgement is not null))
        {
            if (await incidents.OfAlertAsync(one.Alert.Id, stop) is not { IsOpen: true } incident || (incident.AcknowledgedAt is { } known && known <= one.Acknowledgement!.At))
                continue;
            if (await incidents.ChangeAsync(incident.Id, now => now.AcknowledgedAtFirst(one.Acknowledgement!.At), null, stop) is { } after)
                news.Changed(after);
        }
    }

    static bool MayJoin(Alert alert) => alert.Severity is "critical" or "warning";
}
