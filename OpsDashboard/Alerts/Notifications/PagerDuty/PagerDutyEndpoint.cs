using System.Text.Json;
using OpsDashboard.Http;

namespace OpsDashboard.Alerts.Notifications.PagerDuty;

/// <summary><c>POST /api/notifications/pagerduty</c>: PagerDuty's v3 webhook. Nothing of a body is read before its signature is verified.</summary>
static class PagerDutyEndpoint
{
    public const string Address = "/api/notifications/pagerduty";

    static readonly JsonSerializerOptions Read = new(JsonSerializerDefaults.Web);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Address, ReceiveAsync).AllowAnonymous().DisableAntiforgery().WithTags("notifications").WithSummary("PagerDuty's v3 webhook: acknowledgements made there count here. Signed with Notifications__PagerDutySecret.");

    static async Task<IResult> ReceiveAsync(HttpRequest request, PagerDutyReplies replies, NotificationOptions options, CancellationToken stop)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, stop);
        var bytes = body.ToArray();
        if (options.PagerDutySecret is not { } secret || !PagerDutySignature.IsValid(request.Headers[PagerDutySignature.Header].ToString(), bytes, secret))
            return Problems.Answer(StatusCodes.Status401Unauthorized, "The signature is missing or wrong, or Notifications__PagerDutySecret is not set.");
        PagerDutyPayload? payload;
        try
        {
            payload = JsonSerializer.Deserialize<PagerDutyPayload>(bytes, Read);
        }
        catch (JsonException wrong)
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "The body is not what PagerDuty's v3 webhook sends.", [new("body", wrong.Message)]);
        }
        if (payload?.Event is not { } reply)
            return Problems.Answer(StatusCodes.Status400BadRequest, "The body is not what PagerDuty's v3 webhook sends.", [new("event", "is missing.")]);
        return Results.Json(new { result = await replies.TakeAsync(reply, stop) }, Json.Options);
    }
}
