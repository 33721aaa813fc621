using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Handling;

/// <summary>The statements over acknowledgements: one each, however many alerts are meant. The caller holds the transaction.</summary>
static class AcknowledgementTable
{
    /// <summary>Takes those of the alerts that are still open, and not in somebody else's hand unless <paramref name="takesOver"/>.</summary>
    public static Task<int> TakeAsync(OpsContext context, StorageProvider provider, IReadOnlyCollection<Guid> alerts, Acknowledgement taken, bool takesOver, CancellationToken stop)
    {
        var (at, until) = (Instant.ToMicroseconds(taken.At), taken.Until is { } end ? Instant.ToMicroseconds(end) : (long?)null);
        return provider == StorageProvider.Postgres
            ? context.Database.ExecuteSqlAsync($"""
                INSERT INTO ops.acknowledgement (alert_id, system_id, owner_id, owner_name, note, at, until, version)
                SELECT id, system_id, {taken.OwnerId}, {taken.OwnerName}, {taken.Note}, {at}, CAST({until} AS bigint), 1
                FROM ops.stored_alert WHERE id = ANY({alerts.ToArray()}) AND state IN ('Pending', 'Firing')
                ON CONFLICT (alert_id) DO UPDATE SET owner_id = excluded.owner_id, owner_name = excluded.owner_name, note = excluded.note,
                    at = excluded.at, until = excluded.until, version = acknowledgement.version + 1
                WHERE {takesOver} OR acknowledgement.owner_id = excluded.owner_id OR acknowledgement.until <= {at}
                """, stop)
            : context.Database.ExecuteSqlAsync($"""
                INSERT INTO acknowledgement (alert_id, system_id, owner_id, owner_name, note, at, until, version)
                SELECT id, system_id, {taken.OwnerId}, {taken.OwnerName}, {taken.Note}, {at}, {until}, 1
                FROM stored_alert WHERE id IN (SELECT value FROM json_each({Json(alerts)})) AND state IN ('Pending', 'Firing')
                ON CONFLICT (alert_id) DO UPDATE SET owner_id = excluded.owner_id, owner_name = excluded.owner_name, note = excluded.note,
                    at = excluded.at, until = excluded.until, version = acknowledgement.version + 1
                WHERE {takesOver} OR acknowledgement.owner_id = excluded.owner_id OR acknowledgement.until <= {at}
                """, stop);
    }

    public static Task<int> ReleaseAsync(OpsContext context, StorageProvider provider, IReadOnlyCollection<Guid> alerts, CancellationToken stop) => provider == StorageProvider.Postgres
        ? context.Database.ExecuteSqlAsync($"DELETE FROM ops.acknowledgement WHERE alert_id = ANY({alerts.ToArray()})", stop)
        : context.Database.ExecuteSqlAsync($"DELETE FROM acknowledgement WHERE alert_id IN (SELECT value FROM json_each({Json(alerts)}))", stop);

    // As the provider writes a Guid into a text column.
    static string Json(IReadOnlyCollection<Guid> ids) => JsonSerializer.Serialize(ids.Select(id => id.ToString().ToUpperInvariant()));
}
