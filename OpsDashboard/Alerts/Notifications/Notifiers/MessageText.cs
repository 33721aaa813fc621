using System.Globalization;
using System.Text;

namespace OpsDashboard.Alerts.Notifications.Notifiers;

/// <summary>A message in words.</summary>
static class MessageText
{
    /// <summary>Everything, for a mail.</summary>
    public static string Long(Outgoing outgoing)
    {
        if (outgoing.Message.Letter is { } letter)
            return letter.Body;
        var text = new StringBuilder();
        foreach (var alert in outgoing.Message.Alerts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(alert.IsFiring ? alert.Severity.ToUpperInvariant() : "RESOLVED")}: {alert.Summary}\n");
            if (alert.Annotations.GetValueOrDefault("description") is { Length: > 0 } description)
                text.Append(description).Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"since {alert.StartsAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
            if (alert.EndsAt is { } end)
                text.Append(CultureInfo.InvariantCulture, $", until {end.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
            text.Append('\n').Append(string.Join(", ", alert.Labels.Select(label => $"{label.Key}={label.Value}")));
            text.Append(CultureInfo.InvariantCulture, $"\n{outgoing.LinkOf(alert)}\n\n");
        }
        if (outgoing.Message.Truncated > 0)
            text.Append(CultureInfo.InvariantCulture, $"and {outgoing.Message.Truncated} more: {outgoing.Links}/alerts\n");
        return text.ToString();
    }

    /// <summary>A few lines, for a chat or a phone.</summary>
    public static string Short(Outgoing outgoing, int most = 5)
    {
        if (outgoing.Message.Letter is { } letter)
            return letter.Body;
        var lines = outgoing.Message.Alerts.Take(most).Select(alert => $"{(alert.IsFiring ? alert.Severity : "resolved")}: {alert.Summary}").ToList();
        var rest = outgoing.Message.FiringCount + outgoing.Message.ResolvedCount - lines.Count;
        if (rest > 0)
            lines.Add($"and {rest} more");
        return string.Join('\n', lines);
    }
}
