using System.Net.Http.Json;
using OpsDashboard.Alerts.Routing;

namespace OpsDashboard.Alerts.Notifications.Notifiers;

/// <summary>Slack's incoming webhooks (docs.slack.dev, "Sending messages using incoming webhooks").</summary>
sealed class SlackNotifier(HttpSender http) : INotifier
{
    public Type MethodType => typeof(SlackMethod);

    public Task<SendResult> SendAsync(Outgoing outgoing, CancellationToken stop)
    {
        var (method, message) = ((SlackMethod)outgoing.Method, outgoing.Message);
        if (method.Url.Find() is not { Length: > 0 } url)
            return Task.FromResult(SendResult.Rejected("not set up: there is no webhook address (slack_api_url_file)"));
        if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address))
            return Task.FromResult(SendResult.Rejected("the webhook address in its file is no address"));
        var body = new Dictionary<string, object>
        {
            ["text"] = Escape(message.Title),
            ["attachments"] = new[]
            {
                new
                {
                    color = !message.IsFiring ? "good" : message.Severity == "critical" ? "danger" : "warning",
                    fallback = Escape(message.Title), title = Escape(message.Title), title_link = outgoing.Link, text = Escape(MessageText.Short(outgoing)), ts = outgoing.At.ToUnixTimeSeconds(),
                },
            },
        };
        if (method.Channel.Length > 0)
            body["channel"] = method.Channel;
        return http.SendAsync(new(HttpMethod.Post, address) { Content = JsonContent.Create(body) }, stop);
    }

    // Slack reads <…> as links and mentions: what an alert says must not call the whole channel.
    static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
