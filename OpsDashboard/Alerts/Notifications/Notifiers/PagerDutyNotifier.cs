using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using OpsDashboard.Alerts.Routing;

namespace OpsDashboard.Alerts.Notifications.Notifiers;

/// <summary>PagerDuty's Events API v2 (developer.pagerduty.com, "Send an alert event"): one incident a group, closed when nothing of it fires.</summary>
sealed class PagerDutyNotifier(HttpSender http) : INotifier
{
    const int MostOfSummary = 1024;

    public Type MethodType => typeof(PagerDutyMethod);

    public Task<SendResult> SendAsync(Outgoing outgoing, CancellationToken stop)
    {
        var (method, message) = ((PagerDutyMethod)outgoing.Method, outgoing.Message);
        if (method.RoutingKey.Find() is not { Length: > 0 } key)
            return Task.FromResult(SendResult.Rejected("not set up: there is no routing key (routing_key_file)"));
        var body = new Dictionary<string, object>
        {
            ["routing_key"] = key.Trim(),
            ["event_action"] = message.IsFiring ? "trigger" : "resolve",
            ["dedup_key"] = DedupKey(message),
        };
        if (message.IsFiring)
        {
            body["client"] = "OpsDashboard";
            body["client_url"] = outgoing.Link;
            body["payload"] = new
            {
                summary = message.Title.Length > MostOfSummary ? message.Title[..MostOfSummary] : message.Title,
                source = message.CommonLabels.GetValueOrDefault("instance") ?? message.CommonLabels.GetValueOrDefault("system") ?? "OpsDashboard",
                severity = message.Severity is "critical" or "warning" or "info" ? message.Severity : "error",
                component = message.CommonLabels.GetValueOrDefault("component") ?? "",
                @group = message.CommonLabels.GetValueOrDefault("system") ?? "",
                @class = message.CommonLabels.GetValueOrDefault("alertname") ?? "",
                custom_details = new { firing = MessageText.Short(outgoing, 20), num_firing = message.FiringCount, num_resolved = message.ResolvedCount },
            };
        }
        return http.SendAsync(new(HttpMethod.Post, method.Url) { Content = JsonContent.Create(body) }, stop);
    }

    /// <summary>The same for everything about one group, so that a later event finds the incident.</summary>
    public static string DedupKey(Message message) => DedupKey(message.GroupKey);

    public static string DedupKey(string groupKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(groupKey)));
}
