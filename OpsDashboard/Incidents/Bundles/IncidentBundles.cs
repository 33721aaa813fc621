using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Audit;
using OpsDashboard.Incidents.Api;
using OpsDashboard.Incidents.Leading;
using OpsDashboard.Runbooks;
using OpsDashboard.Storage;

namespace OpsDashboard.Incidents.Bundles;

/// <summary>Makes the signed file of an incident: everything that is known of it, verifiable without this program's database. Thread-safe.</summary>
public sealed class IncidentBundles(IncidentArchive archive, AlertQuery alerts, NotificationLog notifications, Runs runs, AuditReader reader, AuditKeys keys, IAuditLog audit, TimeProvider clock)
{
    const int OutputPortion = 1000, AuditPortion = 1000;

    static readonly JsonSerializerOptions Json = new(AuditExport.Json) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>It takes names and what people wrote out of the house: a commander of the system does, and whoever may export the audit log.</summary>
    public static bool MayMake(Actor actor, Incident incident) =>
        actor.May(Permission.ReadIncidents, incident.SystemId) && (actor.May(Permission.CommandIncidents, incident.SystemId) || actor.May(Permission.ExportAudit));

    /// <returns>The incident's name, and the file.</returns>
    /// <exception cref="NotFoundException">There is no such incident, or not for this actor.</exception>
    /// <exception cref="AccessDeniedException" />
    public async Task<(string Name, byte[] Bytes)> MakeAsync(Actor actor, Guid id, CancellationToken stop)
    {
        var record = await archive.ReadAsync(actor, id, stop);
        var incident = record.Incident;
        if (!MayMake(actor, incident))
            actor.Demand(Permission.CommandIncidents, incident.SystemId);
        await audit.AppendAsync(IncidentDesk.Entry(actor, "incident.exported", incident), stop);
        var (linked, told) = await AlertsAsync(actor, incident, stop);
        BundlePart[] parts =
        [
            Part("incident", incident with { News = [] }),
            Part("facts", ReviewView.Of(record.Facts)),
            Part("timeline", record.Timeline),
            Part("markdown", ReviewMarkdown.Of(record)),
            Part("runs", await RunsAsync(actor, record.Facts.Runs, stop)),
            Part("alerts", linked),
            Part("notifications", told),
            Part("audit", await AuditAsync(incident, stop)),
        ];
        var keyId = await keys.KeyIdAsync(stop);
        var manifest = IncidentBundle.ManifestOf(incident.Name, clock.Now(), keyId, (await keys.PublicKeysAsync(stop))[keyId], parts);
        return (incident.Name, IncidentBundle.Write(manifest, (await keys.SignAsync(IncidentBundle.SignedBytes(manifest), stop)).Signature, parts));
    }

    async Task<(IReadOnlyList<object> Alerts, IReadOnlyList<object> Told)> AlertsAsync(Actor actor, Incident incident, CancellationToken stop)
    {
        var (linked, told) = (new List<object>(), new Dictionary<Guid, object>());
        foreach (var one in incident.Alerts.Where(one => actor.May(Permission.ReadAlerts, one.SystemId)))
        {
            Alert alert;
            try
            {
                alert = await alerts.FindAsync(actor, one.Id, stop);
            }
            catch (NotFoundException)
            {
                // It was tidied away; what the incident keeps of it is all there is.
                linked.Add(new { alert = one });
                continue;
            }
            linked.Add(new { alert = one, transitions = (await alerts.TransitionsAsync(actor, one.Id, stop)).Select(transition => new { at = transition.At, from = transition.From, to = transition.To }) });
            foreach (var sent in await notifications.OfAlertAsync(actor, alert, stop))
            {
                told[sent.Notification.Id] = new
                {
                    id = sent.Notification.Id,
                    at = sent.Notification.CreatedAt,
                    deliveries = sent.Deliveries.Select(way => new { receiver = way.Delivery.Receiver, method = way.Delivery.Method, destination = way.Delivery.Destination, state = way.Delivery.State, deliveredAt = way.Delivery.DeliveredAt, result = way.Delivery.Result }),
                };
            }
        }
        return (linked, [.. told.Values]);
    }

    async Task<IReadOnlyList<object>> RunsAsync(Actor actor, IReadOnlyList<Run> ran, CancellationToken stop)
    {
        var all = new List<object>();
        foreach (var run in ran)
            all.Add(new { run, planHash = run.Plan.Hash, outputSha256 = await DigestAsync(actor, run, stop) });
        return all;
    }

    async Task<string> DigestAsync(Actor actor, Run run, CancellationToken stop)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long from = 1; ;)
        {
            var lines = await runs.OutputAsync(actor, run.Id, from, OutputPortion, stop);
            foreach (var line in lines)
                digest.AppendData(Encoding.UTF8.GetBytes($"{line.Number}\t{line.Step}\t{line.Text}\n"));
            if (lines.Count == 0)
                return Convert.ToHexStringLower(digest.GetHashAndReset());
            from = lines[^1].Number + 1;
        }
    }

    async Task<IReadOnlyList<ExportedEntry>> AuditAsync(Incident incident, CancellationToken stop)
    {
        var (subject, found) = ($"system/{incident.SystemId}/{incident.Name}", new List<AuditLine>());
        for (long? before = null; ;)
        {
            var lines = await reader.FindAsync(new(Subject: subject, From: incident.OpenedAt.AddMinutes(-1)), before, AuditPortion, stop);
            found.AddRange(lines.Where(line => line.Entry.Subject == subject));
            if (lines.Count < AuditPortion)
                return [.. found.OrderBy(line => line.Entry.Sequence).Select(ExportedEntry.Of)];
            before = lines[^1].Entry.Sequence;
        }
    }

    static BundlePart Part<T>(string name, T content) => new(name, JsonSerializer.Serialize(content, Json));
}
