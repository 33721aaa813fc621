namespace OpsDashboard.Alerts.Notifications;

/// <summary>Section <c>Notifications</c>.</summary>
/// <param name="ExternalUrl">Where readers of a message find the dashboard (<c>Notifications:ExternalUrl</c>), without a slash at its end.</param>
/// <param name="HeartbeatUrl">Called each minute while rules are evaluated and the database takes writes (<c>Notifications:HeartbeatUrl</c>, or its file in <c>Notifications:HeartbeatUrlFile</c>); null: nobody watches.</param>
sealed record NotificationOptions(string ExternalUrl, string? HeartbeatUrl = null)
{
    public static NotificationOptions Read(IConfiguration configuration)
    {
        var listening = configuration["urls"]?.Split(';')[0] ?? "http://127.0.0.1:5080";
        var heartbeat = configuration["Notifications:HeartbeatUrlFile"] is { Length: > 0 } file ? File.ReadAllText(file).Trim() : configuration["Notifications:HeartbeatUrl"];
        return new((configuration["Notifications:ExternalUrl"] is { Length: > 0 } url ? url : listening).TrimEnd('/'), string.IsNullOrWhiteSpace(heartbeat) ? null : heartbeat);
    }
}

/// <summary>Published on the <see cref="Live.LiveBus"/> when notifications were written or what became of one changed.</summary>
public sealed record NotificationsChanged;
