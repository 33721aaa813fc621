using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Incidents.Timeline;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.Runbooks;
using OpsDashboard.Runbooks.Store;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents.Scribe;

/// <summary>
/// Writes down what happened around open incidents: runs and their steps, who was told, who acknowledged, what was changed, what the alerts' figures were.
/// Every line has a key, so that what was written once is not written again. Not thread-safe: the host calls it.
/// </summary>
sealed class EventScribe(IncidentStore incidents, RunStore runs, NotificationLog notifications, Pager pager, HandledAlerts handled, AlertStore alerts, Readings readings, IEnumerable<IWhatChanged> changes, IncidentNews news, TimeProvider clock)
{
    const int MostIncidents = 1000, MostRuns = 200, MostTold = 300, MostFigures = 4, MostPagedAlerts = 20;
    const string OnCallPage = "oncall";

    /// <summary>After its end the last deliveries and the end of the last run still belong to it.</summary>
    static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(5);

    static readonly TimeSpan SnapshotEvery = TimeSpan.FromMinutes(5);

    // What a look would find written already; only saves questions to the database.
    readonly HashSet<string> written = [];
    DateTimeOffset changesReadUntil;
    int pagesToRead = 1;

    /// <summary>Somebody was paged, or reached: the next look reads it. From any thread.</summary>
    public void PagingMoved() => Interlocked.Exchange(ref pagesToRead, 1);

    public async Task LookAsync(CancellationToken stop)
    {
        var now = clock.Now();
        var open = await incidents.ListAsync(new(IsOpen: true), null, MostIncidents, stop);
        var lately = await incidents.ListAsync(new(IsOpen: false, ResolvedSince: now - Afterwards), null, MostIncidents, stop);
        Incident[] watched = [.. open, .. lately];
        if (watched.Length == 0)
        {
            written.Clear();
            return;
        }
        var lines = new Dictionary<Guid, List<Line>>();
        await RunsAsync(watched, lines, stop);
        await ToldAsync(watched, lines, stop);
        await PagedAsync(watched, lines, stop);
        Acknowledged(watched, lines);
        await ChangedAsync(watched, lines, now, stop);
        await FiguresAsync(watched, lines, now, stop);
        foreach (var incident in watched.Where(incident => lines.ContainsKey(incident.Id)))
        {
            var found = lines[incident.Id];
            if (await incidents.WriteAsync(incident.Id, found, stop) > 0)
                news.Changed(incident);
            written.UnionWith(found.Select(line => Known(incident, line.Key!)));
        }
    }

    void Add(Dictionary<Guid, List<Line>> lines, Incident incident, Line line)
    {
        if (written.Contains(Known(incident, line.Key!)))
            return;
        if (!lines.TryGetValue(incident.Id, out var own))
            lines[incident.Id] = own = [];
        own.Add(line);
    }

    async Task RunsAsync(IReadOnlyList<Incident> watched, Dictionary<Guid, List<Line>> lines, CancellationToken stop)
    {
        var systems = watched.SelectMany(incident => incident.Systems).Distinct().ToArray();
        var found = await runs.ListAsync(new(Systems: systems, StartedSince: watched.Min(incident => incident.ImpactBeganAt)), null, MostRuns, stop);
        foreach (var incident in watched)
        {
            foreach (var run in found.Where(run => run.OuterId is null && incident.Systems.Contains(run.SystemId) && run.StartedAt >= incident.ImpactBeganAt && run.StartedAt <= (incident.Resolution?.At ?? DateTimeOffset.MaxValue)))
            {
                foreach (var line in RunLines.Of(run))
                    Add(lines, incident, line);
            }
        }
    }

    async Task ToldAsync(IReadOnlyList<Incident> watched, Dictionary<Guid, List<Line>> lines, CancellationToken stop)
    {
        var byAlert = watched.SelectMany(incident => incident.Alerts.Select(alert => (alert.Id, incident))).DistinctBy(pair => pair.Id).ToDictionary(pair => pair.Id, pair => pair.incident);
        var byUpdate = watched.ToDictionary(incident => NoticeSender.GroupKey(Telling.UpdateDesk.NoticeKey(incident.Id)));
        foreach (var told in await notifications.ListAsync(Actor.Program, null, MostTold, stop))
        {
            foreach (var incident in told.Message.Alerts.Select(alert => byAlert.GetValueOrDefault(alert.Id)).Append(byUpdate.GetValueOrDefault(told.Notification.GroupKey)).OfType<Incident>().Distinct())
            {
                foreach (var delivery in told.Deliveries.Select(one => one.Delivery).Where(delivery => delivery.State is DeliveryState.Delivered or DeliveryState.Failed))
                    Add(lines, incident, Told(delivery, told.Message.Alerts.Count));
            }
        }
    }

    static Line Told(Delivery delivery, int alerts)
    {
        var method = delivery.Method.Split('/')[0];
        var of = alerts == 1 ? "" : $", of {alerts} alerts";
        return delivery.State == DeliveryState.Delivered
            ? new(EntryKind.Told, delivery.DeliveredAt ?? delivery.CreatedAt, $"{delivery.Destination} was told by {method}{of}", Key: $"told/{delivery.Id:N}")
            : new(EntryKind.Told, delivery.NextAttemptAt, $"{delivery.Destination} was not reached by {method}: {delivery.Result}", Key: $"told/{delivery.Id:N}/failed");
    }

    async Task PagedAsync(IReadOnlyList<Incident> watched, Dictionary<Guid, List<Line>> lines, CancellationToken stop)
    {
        if (Interlocked.Exchange(ref pagesToRead, 0) == 0)
            return;
        foreach (var incident in watched)
        {
            var calls = new HashSet<Guid>();
            foreach (var alert in incident.Alerts.Take(MostPagedAlerts))
            {
                // Alerts of one component page together.
                if (await pager.OfAlertAsync(Actor.Program, alert.Id, stop) is not { } report || !calls.Add(report.Call.Id))
                    continue;
                foreach (var line in report.Pages.SelectMany(PageLines))
                    Add(lines, incident, line);
            }
        }
    }

    static IEnumerable<Line> PageLines(SentPage page)
    {
        var (who, key) = (page.PersonId.Length > 0 ? page.PersonName : "nobody, because nobody is on duty,", $"page/{page.Id:N}");
        yield return new(EntryKind.Told, page.At, $"Level {page.Level + 1}: {who} was paged", Url: OnCallPage, Key: key);
        if (page is { State: PageState.Delivered, DeliveredAt: { } arrived })
            yield return new(EntryKind.Told, arrived, $"Level {page.Level + 1}: {who} was reached, {page.Detail}", Url: OnCallPage, Key: $"{key}/arrived");
        else if (page.State == PageState.Failed)
            yield return new(EntryKind.Told, page.At, $"Level {page.Level + 1}: {who} was not reached, {page.Detail}", Url: OnCallPage, Key: $"{key}/failed");
    }

    void Acknowledged(IReadOnlyList<Incident> watched, Dictionary<Guid, List<Line>> lines)
    {
        var held = handled.Current(Actor.Program).Where(one => one.Acknowledgement is not null).ToDictionary(one => one.Alert.Id);
        foreach (var incident in watched)
        {
            foreach (var one in incident.Alerts.Where(alert => held.ContainsKey(alert.Id)).Select(alert => held[alert.Id]))
                Add(lines, incident, new(EntryKind.Alert, one.Acknowledgement!.At, $"{one.Acknowledgement.OwnerName} has {one.Alert.Name} in hand{(one.Acknowledgement.Note is { Length: > 0 } note ? $": {note}" : "")}", ByName: one.Acknowledgement.OwnerName, Url: Ui.Urls.Alert(one.Alert.Id), Key: $"ack/{one.Alert.Id:N}/{Instant.ToMicroseconds(one.Acknowledgement.At)}"));
        }
    }

    async Task ChangedAsync(IReadOnlyList<Incident> watched, Dictionary<Guid, List<Line>> lines, DateTimeOffset now, CancellationToken stop)
    {
        // Entries of the audit log may be committed a moment after their instant.
        var from = changesReadUntil == default ? watched.Min(incident => incident.ImpactBeganAt) : changesReadUntil - TimeSpan.FromSeconds(10);
        foreach (var group in watched.GroupBy(incident => incident.SystemId))
        {
            foreach (var source in changes)
            {
                foreach (var change in await source.ReadAsync(Actor.Program, group.Key, from, now, stop))
                {
                    foreach (var incident in group.Where(incident => change.At >= incident.ImpactBeganAt && change.At <= (incident.Resolution?.At ?? now)))
                        Add(lines, incident, new(EntryKind.Change, change.At, change.Text, ByName: change.By, Key: $"change/{Instant.ToMicroseconds(change.At)}/{change.Text[..Math.Min(change.Text.Length, 150)]}"));
                }
            }
        }
        changesReadUntil = now;
    }

    // At the opening, every five minutes, and when service is restored: what the figures were, so that nobody has to look them up afterwards.
    async Task FiguresAsync(IReadOnlyList<Incident> watched, Dictionary<Guid, List<Line>> lines, DateTimeOffset now, CancellationToken stop)
    {
        foreach (var incident in watched)
        {
            foreach (var (at, key) in Moments(incident, now).Where(moment => !written.Contains(Known(incident, moment.Key))))
            {
                var figures = new List<string>();
                foreach (var alert in await alerts.FindAsync([.. incident.Alerts.Take(MostFigures).Select(alert => alert.Id)], stop))
                {
                    if (await readings.AtAsync(Actor.Program, alert, at, stop) is { } value)
                        figures.Add($"{alert.Name} {Metrics.Charts.UnitFormat.Text(value, readings.MeasureOf(alert).Unit)}");
                }
                if (figures.Count > 0)
                    Add(lines, incident, new(EntryKind.Metric, at, string.Join(" · ", figures), Key: key));
                else
                    written.Add(Known(incident, key));
            }
        }
    }

    static IEnumerable<(DateTimeOffset At, string Key)> Moments(Incident incident, DateTimeOffset now)
    {
        yield return (incident.OpenedAt, "metric/opened");
        if (incident.RestoredAt is { } restored)
            yield return (restored, $"metric/restored/{Instant.ToMicroseconds(restored)}");
        var count = (int)((now - incident.OpenedAt) / SnapshotEvery);
        if (incident.IsOpen && count > 0)
            yield return (incident.OpenedAt + (count * SnapshotEvery), $"metric/{count}");
    }

    static string Known(Incident incident, string key) => $"{incident.Id:N} {key}";
}
