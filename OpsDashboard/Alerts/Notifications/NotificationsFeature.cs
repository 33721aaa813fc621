using OpsDashboard.Alerts.Notifications.Notifiers;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Notifications.PagerDuty;
using OpsDashboard.Alerts.Notifications.WebPush;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Storage;

namespace OpsDashboard.Alerts.Notifications;

/// <summary>Who is told, how, and what became of it.</summary>
static class NotificationsFeature
{
    public static IServiceCollection AddNotifications(this IServiceCollection services) => services
        // In this order: the second names receivers of the first.
        .AddSingleton<IRootDocument, RoutingFile>().AddSingleton<IRootDocument, ReceiverExtrasFile>()
        .AddSingleton(provider => NotificationOptions.Read(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton<Leases>().AddSingleton<OutboxWriter>().AddSingleton<AlertHandling>().AddSingleton<Dispatcher>().AddSingleton<Escalation>().AddSingleton<Sender>().AddSingleton<HttpSender>()
        .AddSingleton<INotifier, EmailNotifier>().AddSingleton<INotifier, SlackNotifier>().AddSingleton<INotifier, PagerDutyNotifier>().AddSingleton<INotifier, HookNotifier>().AddSingleton<INotifier, PushNotifier>()
        .AddSingleton<PagerDutyReplies>().AddSingleton<Vapid>().AddSingleton<PushSubscriptions>()
        .AddSingleton(provider => new PushDevices(provider.GetRequiredService<PushSubscriptions>(), provider.GetServices<INotifier>().OfType<PushNotifier>().Single(),
            provider.GetRequiredService<NotificationOptions>(), provider.GetRequiredService<IAuditLog>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new NotificationLog(provider.GetRequiredService<OpsContextFactory>(), provider.GetRequiredService<ICatalogue>(), provider.GetRequiredService<OutboxWriter>(),
            provider.GetRequiredService<IAuditLog>(), provider.GetRequiredService<LiveBus>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new NoticeSender(provider.GetRequiredService<ICatalogue>(), provider.GetRequiredService<OpsContextFactory>(), provider.GetRequiredService<OutboxWriter>(),
            provider.GetRequiredService<LiveBus>(), provider.GetRequiredService<TimeProvider>()))
        .AddHostedService<HeartbeatHost>()
        .AddSingleton<NotificationHost>().AddHostedService(provider => provider.GetRequiredService<NotificationHost>());

    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        NotificationEndpoints.Map(routes);
        PushEndpoints.Map(routes);
        PagerDutyEndpoint.Map(routes);
    }
}
