using System.Security.Cryptography;
using System.Text;
using OpsDashboard.Alerts.Notifications.Outbox;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>What a receiver is to be told of a group now.</summary>
/// <param name="IsForAll">Also for methods that tell of no ends.</param>
/// <param name="Firing">What the receiver knows afterwards.</param>
sealed record GroupNews(NotificationReason Reason, bool IsForAll, IReadOnlyList<Alert> Alerts, IReadOnlySet<ulong> Firing)
{
    /// <summary>
    /// Compares a group with what was told (alertmanager notify/dedup_stage.go, needsUpdate); null: nothing new. What is muted is left out, but the end
    /// of an alert whose beginning was told is always told: else it would stay open where it was sent to.
    /// </summary>
    /// <param name="told">Null: nothing yet.</param>
    /// <param name="isMuted">Silenced or inhibited.</param>
    /// <param name="isHandled">Somebody has it in hand: it is not repeated.</param>
    public static GroupNews? Of(AlertGroup group, SentRecord? told, DateTimeOffset now, Func<Alert, bool> isMuted, Func<Alert, bool> isHandled)
    {
        var known = told is null ? [] : SentRecord.Read(told.Firing);
        var firing = group.Alerts.Values.Where(alert => alert.State == AlertState.Firing).ToList();
        var loud = firing.Where(alert => !isMuted(alert)).ToList();
        // The end is said of the level that was told.
        var ended = group.Alerts.Values.Where(alert => alert.State == AlertState.Resolved && known.Contains(IdOf(alert))).ToList();
        var isNew = loud.Any(alert => !known.Contains(IdOf(alert)));
        var isRepeat = !isNew && loud.Count > 0 && told is not null && told.SentAt + group.Route.RepeatInterval <= now && !loud.All(isHandled);
        if (!isNew && !isRepeat && ended.Count == 0)
            return null;
        var after = loud.Select(IdOf).Concat(firing.Select(IdOf).Where(known.Contains)).ToHashSet();
        var reason = isNew ? NotificationReason.Firing : ended.Count > 0 ? NotificationReason.Resolved : NotificationReason.Repeat;
        return new(reason, isNew || isRepeat, [.. loud, .. ended], after);
    }

    /// <summary>One level of one alert.</summary>
    public static ulong IdOf(Alert alert)
    {
        Span<byte> id = stackalloc byte[16];
        alert.Id.TryWriteBytes(id);
        var hash = BitConverter.ToUInt64(id) ^ (BitConverter.ToUInt64(id[8..]) * 31);
        foreach (var letter in alert.Severity)
            hash = (hash ^ letter) * 1099511628211;
        return hash;
    }

    public static string KeyOf(string groupKey, string receiver) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{groupKey}\n{receiver}")));
}
