using System.Text.Json;
using System.Text.Json.Serialization;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Http;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>An alert as a message carries it.</summary>
public sealed record MessageAlert(Guid Id, string Name, string Severity, bool IsFiring, string Summary, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations,
    DateTimeOffset StartsAt, DateTimeOffset? EndsAt, string GeneratorUrl, string Fingerprint, double? Value)
{
    public static MessageAlert Of(Alert alert) => new(alert.Id, alert.Name, alert.Severity, alert.State == AlertState.Firing, alert.Summary,
        alert.Labels.ToDictionary(label => label.Name, label => label.Value), alert.Annotations, alert.FiredAt ?? alert.ActiveAt, alert.ResolvedAt, alert.GeneratorUrl,
        alert.Fingerprint.ToString("x16"), double.IsFinite(alert.Value) ? alert.Value : null);
}

/// <summary>What somebody wrote to be told as it stands.</summary>
public sealed record Letter(string Subject, string Body);

/// <summary>What a receiver is told, before a method gives it its form. Kept with the notification, so that it can be sent again word for word.</summary>
/// <param name="Alerts">Firing first, worst first; at most <see cref="MostAlerts"/>.</param>
/// <param name="Truncated">How many alerts more there are.</param>
/// <param name="Told">Receivers that were tried before.</param>
public sealed record Message(string Receiver, string GroupKey, NotificationReason Reason, IReadOnlyDictionary<string, string> GroupLabels, IReadOnlyList<MessageAlert> Alerts, int FiringCount, int ResolvedCount, int Truncated, IReadOnlyList<string> Told)
{
    public const int MostAlerts = 50;

    /// <summary>Of what is no alert: the page that tells more, relative; null: the alerts' own pages do.</summary>
    public string? Url { get; init; }

    /// <summary>What is told word for word, in place of what would be said of the alerts; null: nothing.</summary>
    public Letter? Letter { get; init; }

    [JsonIgnore]
    public bool IsFiring => FiringCount > 0;

    /// <summary>One line that a tired person understands.</summary>
    [JsonIgnore]
    public string Title
    {
        get
        {
            if (Letter is { } letter)
                return letter.Subject;
            var first = Alerts.FirstOrDefault(alert => alert.IsFiring == IsFiring) ?? Alerts.FirstOrDefault();
            var lead = Reason is NotificationReason.Test or NotificationReason.Notice ? $"{Reason}" : IsFiring ? first?.Severity.ToUpperInvariant() ?? "FIRING" : "Resolved";
            var more = (IsFiring ? FiringCount : ResolvedCount) - 1;
            return $"{lead}: {first?.Summary ?? "alerts"}{(more > 0 ? $" and {more} more" : "")}";
        }
    }

    /// <summary>Worst of what fires; of what ended where nothing fires.</summary>
    [JsonIgnore]
    public string Severity => Alerts.Where(alert => alert.IsFiring == IsFiring).Select(alert => alert.Severity).OrderBy(severity => severity switch { "critical" => 0, "warning" => 1, _ => 2 }).FirstOrDefault() ?? "info";

    /// <summary>Labels that all alerts have in common.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> CommonLabels => Common(alert => alert.Labels);

    [JsonIgnore]
    public IReadOnlyDictionary<string, string> CommonAnnotations => Common(alert => alert.Annotations);

    public string Write() => JsonSerializer.Serialize(this, Json.Options);

    public static Message Read(string text) => JsonSerializer.Deserialize<Message>(text, Json.Options)!;

    /// <summary>The same without the alerts that ended, for methods that do not tell of them.</summary>
    public Message FiringOnly() => this with { Alerts = [.. Alerts.Where(alert => alert.IsFiring)], ResolvedCount = 0 };

    public static Message Of(string receiver, string groupKey, NotificationReason reason, IReadOnlyDictionary<string, string> groupLabels, IReadOnlyCollection<Alert> alerts)
    {
        var sorted = alerts.OrderBy(alert => alert.State == AlertState.Firing ? 0 : 1).ThenBy(alert => alert.Severity switch { "critical" => 0, "warning" => 1, _ => 2 }).ThenBy(alert => alert.FiredAt);
        var firing = alerts.Count(alert => alert.State == AlertState.Firing);
        return new(receiver, groupKey, reason, groupLabels, [.. sorted.Take(MostAlerts).Select(MessageAlert.Of)], firing, alerts.Count - firing, Math.Max(0, alerts.Count - MostAlerts), []);
    }

    Dictionary<string, string> Common(Func<MessageAlert, IReadOnlyDictionary<string, string>> of)
    {
        if (Alerts.Count == 0)
            return [];
        return of(Alerts[0]).Where(pair => Alerts.All(alert => of(alert).TryGetValue(pair.Key, out var value) && value == pair.Value)).ToDictionary();
    }
}
