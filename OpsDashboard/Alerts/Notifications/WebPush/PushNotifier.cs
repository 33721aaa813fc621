using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Alerts.Routing;

namespace OpsDashboard.Alerts.Notifications.WebPush;

/// <summary>Wakes one browser (RFC 8030). One that is no longer subscribed (404, 410) is forgotten.</summary>
sealed class PushNotifier(HttpSender http, PushSubscriptions subscriptions, Vapid vapid) : INotifier
{
    const int SecondsToLive = 4 * 3600, MostOfText = 600;

    public Type MethodType => typeof(PushMethod);

    public async Task<SendResult> SendAsync(Outgoing outgoing, CancellationToken stop)
    {
        if (!Guid.TryParse(outgoing.MethodId.Split('/')[^1], out var id) || await subscriptions.FindAsync(id, stop) is not { } target)
            return SendResult.Rejected("the browser is no longer subscribed");
        var endpoint = new Uri(target.Endpoint);
        var text = JsonSerializer.SerializeToUtf8Bytes(new
        {
            title = Cut(outgoing.Message.Title, 200),
            body = Cut(MessageText.Short(outgoing), MostOfText),
            url = outgoing.Link,
            tag = Topic(outgoing),
            urgent = outgoing.Message is { IsFiring: true, Severity: "critical" },
            firing = outgoing.Message.IsFiring,
        });
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(PushEncryption.Encrypt(text, target.Key, target.Auth)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentEncoding.Add("aes128gcm");
        request.Headers.TryAddWithoutValidation("Authorization", await vapid.AuthorizationAsync(endpoint, Contact(outgoing.Links), stop));
        request.Headers.Add("TTL", $"{SecondsToLive}");
        request.Headers.Add("Urgency", outgoing.Message.IsFiring ? "high" : "normal");
        // A later message of the group replaces one that the phone has not fetched yet.
        request.Headers.Add("Topic", Topic(outgoing));
        var result = await http.SendAsync(request, stop, saysAnswer: false);
        if (result.Outcome != SendOutcome.Rejected || !result.Detail.EndsWith($"{(int)HttpStatusCode.Gone}", StringComparison.Ordinal) && !result.Detail.EndsWith($"{(int)HttpStatusCode.NotFound}", StringComparison.Ordinal))
            return result;
        await subscriptions.ForgetAsync(id, stop);
        return SendResult.Rejected("the browser is no longer subscribed; it was forgotten");
    }

    // At most 32 letters of base64url (RFC 8030, section 5.4).
    static string Topic(Outgoing outgoing) => PagerDutyNotifier.DedupKey(outgoing.Message)[..32];

    static string Contact(string links) => links.StartsWith("https://", StringComparison.Ordinal) ? links : "mailto:ops@localhost";

    static string Cut(string text, int most) => text.Length > most ? text[..(most - 1)] + "…" : text;
}
