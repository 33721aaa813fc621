using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Alerts.Notifications.PagerDuty;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Alerts.Notifications;

/// <summary>Who acknowledges in PagerDuty has the alert in hand here; what is not signed does nothing.</summary>
public sealed class PagerDutyReplyTests
{
    const string Secret = "of-the-subscription";

    const string Routing = """
        route:
          receiver: nobody
          group_by: [alertname]
          routes: [{ receiver: pager, matchers: ['severity="critical"'] }]
        receivers: [{ name: nobody }, { name: pager, pagerduty_configs: [{ routing_key_file: /nowhere }] }]
        """;

    // As PagerDuty's documentation shows it, "Webhook payloads", V3.
    static string Body(string kind, string key, DateTimeOffset at) => $$$"""
        {"event":{"id":"5ac64822-4adc-4fda-ade0-410becf0de4f","event_type":"{{{kind}}}","resource_type":"incident","occurred_at":"{{{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}}}",
        "agent":{"html_url":"https://acme.pagerduty.com/users/PLH1HKV","id":"PLH1HKV","self":"https://api.pagerduty.com/users/PLH1HKV","summary":"Tenex Engineer","type":"user_reference"},
        "client":{"name":"PagerDuty"},
        "data":{"id":"PGR0VU2","type":"incident","self":"https://api.pagerduty.com/incidents/PGR0VU2","html_url":"https://acme.pagerduty.com/incidents/PGR0VU2","number":2,"status":"acknowledged","incident_key":"{{{key}}}","title":"A little bump in the road"} } }
        """;

    static PagerDutyEvent Event(string kind, string key, DateTimeOffset at) => JsonSerializer.Deserialize<PagerDutyPayload>(Body(kind, key, at), new JsonSerializerOptions(JsonSerializerDefaults.Web))!.Event!;

    [Fact]
    public async Task Acknowledged_ThereIsInHandHere_InTheNameOfThePerson_AndAudited()
    {
        await using var room = await NotificationRoom.OpenAsync(Routing);
        var (heap, other, mild) = (AnAlert.Of("Heap"), AnAlert.Of("Disk"), AnAlert.Of("Heap", severity: "warning"));
        await room.Alerts.FireAsync(heap, other, mild);
        var replies = Replies(room);
        Assert.Equal("1 alerts acknowledged", await replies.TakeAsync(Event("incident.acknowledged", KeyOf(room, "Heap"), room.Clock.GetUtcNow()), default));
        Assert.Equal(("Tenex Engineer (PagerDuty)", "PagerDuty incident 2"), (room.Alerts.Acknowledgements.Of(heap.Id)!.OwnerName, room.Alerts.Acknowledgements.Of(heap.Id)!.Note));
        Assert.Null(room.Alerts.Acknowledgements.Of(other.Id));
        Assert.Null(room.Alerts.Acknowledgements.Of(mild.Id));
        Assert.Equal(["alert.acknowledged"], await room.Alerts.AuditedAsync());

        // Sent twice, it changes nothing; taken back there, it is let go here.
        Assert.Equal("No alert that it concerns is open and free", await replies.TakeAsync(Event("incident.acknowledged", KeyOf(room, "Heap"), room.Clock.GetUtcNow()), default));
        Assert.Equal("1 alerts let go", await replies.TakeAsync(Event("incident.unacknowledged", KeyOf(room, "Heap"), room.Clock.GetUtcNow()), default));
        Assert.Null(room.Alerts.Acknowledgements.Of(heap.Id));
    }

    [Fact]
    public async Task Event_OfBeforeTheAlert_OrOfSomethingElse_ChangesNothing()
    {
        await using var room = await NotificationRoom.OpenAsync(Routing);
        var heap = AnAlert.Of("Heap");
        await room.Alerts.FireAsync(heap);
        var replies = Replies(room);
        await replies.TakeAsync(Event("incident.acknowledged", KeyOf(room, "Heap"), heap.FiredAt!.Value.AddSeconds(-1)), default);
        await replies.TakeAsync(Event("incident.acknowledged", "another-key", room.Clock.GetUtcNow()), default);
        await replies.TakeAsync(Event("incident.resolved", KeyOf(room, "Heap"), room.Clock.GetUtcNow()), default);
        Assert.Null(room.Alerts.Acknowledgements.Of(heap.Id));
    }

    [Fact]
    public async Task AlertThatAPersonHas_StaysTheirs()
    {
        await using var room = await NotificationRoom.OpenAsync(Routing);
        var heap = AnAlert.Of("Heap");
        await room.Alerts.FireAsync(heap);
        await room.Alerts.Acknowledgements.AcknowledgeAsync(AlertRoom.Ada, [heap.Id], new(), default);
        await Replies(room).TakeAsync(Event("incident.acknowledged", KeyOf(room, "Heap"), room.Clock.GetUtcNow()), default);
        await Replies(room).TakeAsync(Event("incident.unacknowledged", KeyOf(room, "Heap"), room.Clock.GetUtcNow()), default);
        Assert.Equal("ada", room.Alerts.Acknowledgements.Of(heap.Id)!.OwnerName);
    }

    [Fact]
    public async Task Webhook_TakesOnlyWhatIsSigned()
    {
        await using var program = new TestProgram(new() { ["Notifications:PagerDutySecret"] = Secret });
        using var client = program.Automation(null);
        var body = Body("incident.acknowledged", "some-key", DateTimeOffset.UnixEpoch);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, body, Sign(body, Secret)));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, body, $"v1={new string('0', 64)},{Sign(body, Secret)}"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(client, /*lang=json*/ """{"event":{"event_type":"pagey.ping"}}""", null, sign: true));
        foreach (var wrong in new[] { null, "", Sign(body, "another"), Sign(body + " ", Secret), Sign(body, Secret)[3..], "v1=" })
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, body, wrong));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, "{", null, sign: true));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, "{}", null, sign: true));

        await using var without = new TestProgram();
        using var other = without.Automation(null);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(other, body, Sign(body, "")));
    }

    static async Task<HttpStatusCode> PostAsync(HttpClient client, string body, string? signature, bool sign = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, PagerDutyEndpoint.Address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (sign)
            signature = Sign(body, Secret);
        if (signature is not null)
            request.Headers.TryAddWithoutValidation(PagerDutySignature.Header, signature);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    static string Sign(string body, string secret) => $"v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)))}";

    static PagerDutyReplies Replies(NotificationRoom room) => new(room.Alerts.Book, room.Catalogue, room.Alerts.Acknowledgements, room.Options);

    // What the notifier sent as dedup_key comes back as incident_key.
    static string KeyOf(NotificationRoom room, string alertName)
    {
        var route = OpsDashboard.Alerts.Routing.RoutingTable.Of(room.Catalogue.Current).Root.Routes.Single();
        return PagerDutyNotifier.DedupKey(route.GroupKey(OpsDashboard.Metrics.Labels.From([new("alertname", alertName)])));
    }
}
