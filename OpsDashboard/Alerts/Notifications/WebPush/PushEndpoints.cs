using OpsDashboard.Access;
using OpsDashboard.Http;
using OpsDashboard.Ui;

namespace OpsDashboard.Alerts.Notifications.WebPush;

/// <summary><c>/api/push</c>: the key to subscribe with, and one's own subscriptions.</summary>
static class PushEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/push/key", async (Vapid vapid, CancellationToken stop) => Results.Json(new { key = await vapid.PublicKeyAsync(stop) }, Json.Options))
            .RequirePermission(Permission.ReadAlerts).WithTags("notifications");
        routes.MapGet("/api/push/subscriptions", ListAsync).RequirePermission(Permission.ReadAlerts).WithTags("notifications");
        routes.MapPost("/api/push/subscriptions", AddAsync).RequirePermission(Permission.ReadAlerts).WithTags("notifications");
        routes.MapPost("/account/push/{id:guid}/remove", RemoveByFormAsync).RequirePermission(Permission.ReadAlerts).AsPlainForm();
        routes.MapPost("/account/push/{id:guid}/test", TestByFormAsync).RequirePermission(Permission.ReadAlerts).LimitPerMinute(6).AsPlainForm();
        routes.MapDelete("/api/push/subscriptions/{id:guid}", RemoveAsync).RequirePermission(Permission.ReadAlerts).WithTags("notifications");
    }

    static async Task<IResult> ListAsync(PushSubscriptions subscriptions, ICurrentActor current, CancellationToken stop) =>
        Results.Json(new Page<object>([.. (await subscriptions.ListAsync(await current.GetAsync(), stop)).Select(one => new { id = one.Id, device = one.Device, createdAt = one.CreatedAt })], null), Json.Options);

    static async Task<IResult> AddAsync(PushSubscriptionInput body, PushSubscriptions subscriptions, ICurrentActor current, CancellationToken stop) =>
        Results.Json(new { id = await subscriptions.AddAsync(await current.GetAsync(), body, stop) }, Json.Options, statusCode: StatusCodes.Status201Created);

    static async Task<IResult> RemoveAsync(Guid id, PushSubscriptions subscriptions, ICurrentActor current, CancellationToken stop)
    {
        await subscriptions.RemoveAsync(await current.GetAsync(), id, stop);
        return Results.NoContent();
    }

    static async Task<IResult> RemoveByFormAsync(HttpContext context, Guid id, PushDevices devices, ICurrentActor current, CancellationToken stop)
    {
        await devices.RemoveAsync(await current.GetAsync(), id, stop);
        return PlainForm.WantsData(context.Request) ? Results.Json(new { said = "This device is not woken any more." }, Json.Options) : PlainForm.Back(context, Urls.OwnAccount);
    }

    static async Task<IResult> TestByFormAsync(HttpContext context, Guid id, PushDevices devices, ICurrentActor current, CancellationToken stop)
    {
        var (isSent, words) = await devices.TryAsync(await current.GetAsync(), id, stop);
        return !PlainForm.WantsData(context.Request) ? PlainForm.Back(context, Urls.OwnAccount)
            : isSent ? Results.Json(new { said = words }, Json.Options)
            : Problems.Answer(StatusCodes.Status409Conflict, words);
    }
}
