using OpsDashboard.Access;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Metrics;

namespace OpsDashboard.Alerts.Notifications;

/// <summary><c>/api/notifications</c>: the delivery log, sending again; receivers, their test, and where an alert would go.</summary>
static class NotificationEndpoints
{
    sealed record AgainBody(string? Method = null);

    sealed record RouteBody(IReadOnlyDictionary<string, string>? Labels, DateTimeOffset? At = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/notifications", ListAsync).RequirePermission(Permission.ReadAlerts).WithTags("notifications");
        routes.MapGet("/api/notifications/{id:guid}", ReadAsync).RequirePermission(Permission.ReadAlerts).WithTags("notifications");
        routes.MapPost("/api/notifications/{id:guid}/send-again", SendAgainAsync).RequirePermission(Permission.SendNotifications).WithTags("notifications");
        routes.MapGet("/api/notifications/receivers", Receivers).RequirePermission(Permission.ReadAlerts).WithTags("notifications");
        routes.MapPost("/api/notifications/receivers/{name}/test", TestAsync).RequirePermission(Permission.SendNotifications).WithTags("notifications");
        routes.MapPost("/api/notifications/route", Route).RequirePermission(Permission.ReadAlerts).WithTags("notifications");
    }

    static async Task<IResult> ListAsync(NotificationLog log, ICurrentActor current, PageRequest page, string? receiver, string? state, CancellationToken stop)
    {
        DeliveryState? wanted = state is null ? null : Enum.TryParse<DeliveryState>(state, ignoreCase: true, out var read) ? read : throw new InvalidInputException("state", "is waiting, sending, delivered or failed.");
        Guid? before = page.Cursor is null ? null : Guid.TryParse(page.Cursor, out var id) ? id : throw new InvalidInputException("cursor", "is not one that this list gave out.");
        var found = await log.ListAsync(await current.GetAsync(), before, Math.Min(page.Limit + 1, NotificationLog.MaxLimit), stop, receiver, wanted);
        var cut = page.Cut(found, one => $"{one.Notification.Id}");
        return Results.Json(new Page<object>([.. cut.Items.Select(one => Describe(one, whole: false))], cut.Next), Json.Options);
    }

    static async Task<IResult> ReadAsync(Guid id, NotificationLog log, ICurrentActor current, CancellationToken stop) =>
        Results.Json(Describe(await log.FindAsync(await current.GetAsync(), id, stop), whole: true), Json.Options);

    static async Task<IResult> SendAgainAsync(HttpContext context, Guid id, AgainBody? body, NotificationLog log, ICurrentActor current, CancellationToken stop) =>
        Accepted(context, await log.SendAgainAsync(await current.GetAsync(), id, body?.Method, stop));

    static async Task<IResult> TestAsync(HttpContext context, string name, AgainBody? body, NotificationLog log, ICurrentActor current, CancellationToken stop) =>
        Accepted(context, await log.TestAsync(await current.GetAsync(), name, body?.Method, stop));

    static IResult Receivers(ICatalogue catalogue) => Results.Json(new Page<object>([.. RoutingTable.Of(catalogue.Current).Receivers.Values.Select(receiver => new
    {
        name = receiver.Name,
        next = receiver.Next,
        methods = MethodIds.Of(receiver).Select(one => new { id = one.Id, kind = one.Method.Kind, destination = one.Method.Destination, sendsResolved = one.Method.SendsResolved }),
    })], null), Json.Options);

    static IResult Route(RouteBody body, ICatalogue catalogue, TimeProvider clock)
    {
        if (body.Labels is not { Count: > 0 } labels)
            throw new InvalidInputException("labels", "is missing: name the labels of an alert, e.g. alertname and severity.");
        var steps = RoutingTable.Of(catalogue.Current).Test(Labels.From(labels.Select(pair => new Label(pair.Key, pair.Value))), body.At ?? clock.GetUtcNow());
        return Results.Json(steps.Select(step => new
        {
            route = step.Route,
            line = step.Line,
            receiver = step.Receiver,
            methods = step.Methods,
            next = step.Next,
            group = step.Group.ToDictionary(label => label.Name, label => label.Value),
            groupKey = step.GroupKey,
            groupWait = step.GroupWait,
            groupInterval = step.GroupInterval,
            repeatInterval = step.RepeatInterval,
            isMuted = step.IsMuted,
        }), Json.Options);
    }

    static IResult Accepted(HttpContext context, Guid id)
    {
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/notifications/{id}";
        return Results.Json(new { id }, Json.Options, statusCode: StatusCodes.Status202Accepted);
    }

    static object Describe(LoggedNotification one, bool whole) => new
    {
        id = one.Notification.Id,
        receiver = one.Notification.Receiver,
        reason = one.Notification.Reason,
        title = one.Notification.Title,
        system = one.Notification.SystemId,
        groupKey = one.Notification.GroupKey,
        createdAt = one.Notification.CreatedAt,
        message = whole ? one.Message : null,
        deliveries = one.Deliveries.Select(delivery => new
        {
            id = delivery.Delivery.Id,
            method = delivery.Delivery.Method,
            destination = delivery.Delivery.Destination,
            state = delivery.Delivery.State,
            attempts = delivery.Delivery.Attempts,
            result = delivery.Delivery.Result,
            nextAttemptAt = delivery.Delivery.State == DeliveryState.Waiting ? delivery.Delivery.NextAttemptAt : (DateTimeOffset?)null,
            deliveredAt = delivery.Delivery.DeliveredAt,
            history = whole ? delivery.Attempts : null,
        }),
    };
}
