using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsDashboard.Alerts.Routing;

namespace OpsDashboard.Alerts.Notifications.Notifiers;

/// <summary>
/// Posts JSON to any address. With a secret the body is signed: <c>X-Ops-Signature: sha256=hex(HMAC-SHA256(secret, timestamp + "." + body))</c>, the time stamp
/// (Unix seconds) in <c>X-Ops-Timestamp</c>. <c>Idempotency-Key</c> is the same at every attempt.
/// </summary>
sealed class HookNotifier(HttpSender http) : INotifier
{
    static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web);

    public Type MethodType => typeof(HookMethod);

    public Task<SendResult> SendAsync(Outgoing outgoing, CancellationToken stop)
    {
        var method = (HookMethod)outgoing.Method;
        var address = method.Url.Length > 0 ? method.Url : method.SecretUrl.Find()?.Trim();
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return Task.FromResult(SendResult.Rejected("not set up: its file or variable holds no http address"));
        var request = Request(outgoing, method, uri);
        request.Headers.Add("Idempotency-Key", $"{outgoing.DeliveryId}");
        if (method.Token.Find() is { Length: > 0 } token)
            request.Headers.Authorization = new("Bearer", token.Trim());
        return http.SendAsync(request, stop);
    }

    static HttpRequestMessage Request(Outgoing outgoing, HookMethod method, Uri uri)
    {
        var message = outgoing.Message;
        var body = method.Preset switch
        {
            HookPreset.Ntfy => new { topic = uri.AbsolutePath.Trim('/'), title = message.Title, message = MessageText.Short(outgoing), priority = message is { IsFiring: true, Severity: "critical" } ? 5 : 3, click = outgoing.Link, tags = new[] { message.IsFiring ? "rotating_light" : "white_check_mark" } },
            HookPreset.Gotify => new { title = message.Title, message = MessageText.Short(outgoing), priority = message is { IsFiring: true, Severity: "critical" } ? 8 : 4 },
            HookPreset.Sms => new { to = method.To, text = Cut($"{message.Title} {outgoing.Link}", 300) },
            HookPreset.Voice => new { to = method.To, say = Cut($"OpsDashboard. {message.Title}.", 300) },
            _ => Generic(outgoing, method),
        };
        // ntfy takes JSON at the server's root only.
        var request = new HttpRequestMessage(HttpMethod.Post, method.Preset == HookPreset.Ntfy ? new Uri(uri.GetLeftPart(UriPartial.Authority) + "/") : uri);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Written);
        request.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        if (method.Signature.Find() is { Length: > 0 } secret)
        {
            var at = $"{outgoing.At.ToUnixTimeSeconds()}";
            request.Headers.Add("X-Ops-Timestamp", at);
            request.Headers.Add("X-Ops-Signature", $"sha256={Sign(secret, at, bytes)}");
        }
        return request;
    }

    public static string Sign(string secret, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{timestamp}."), .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }

    // Alertmanager's body, version 4 (alertmanager notify/webhook/webhook.go).
    static object Generic(Outgoing outgoing, HookMethod method)
    {
        var message = outgoing.Message;
        var alerts = method.MaxAlerts > 0 ? message.Alerts.Take(method.MaxAlerts).ToArray() : [.. message.Alerts];
        return new
        {
            version = "4",
            groupKey = message.GroupKey,
            truncatedAlerts = message.Truncated + message.Alerts.Count - alerts.Length,
            status = message.IsFiring ? "firing" : "resolved",
            receiver = message.Receiver,
            groupLabels = message.GroupLabels,
            commonLabels = message.CommonLabels,
            commonAnnotations = message.CommonAnnotations,
            externalURL = outgoing.Links,
            alerts = alerts.Select(alert => new
            {
                status = alert.IsFiring ? "firing" : "resolved",
                labels = alert.Labels,
                annotations = alert.Annotations,
                startsAt = alert.StartsAt.UtcDateTime,
                endsAt = alert.EndsAt?.UtcDateTime ?? default,
                generatorURL = alert.GeneratorUrl,
                fingerprint = alert.Fingerprint,
            }),
        };
    }

    static string Cut(string text, int most) => text.Length > most ? text[..(most - 1)] + "…" : text;
}
