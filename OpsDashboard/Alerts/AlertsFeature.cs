using OpsDashboard.Alerts.External;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Alerts;

public static class AlertsFeature
{
    public static WebApplicationBuilder AddAlerts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AlertStore>();
        builder.Services.AddSingleton<AlertBook>();
        builder.Services.AddSingleton<AlertQuery>();
        builder.Services.AddSingleton<AlertHost>();
        builder.Services.AddSingleton<IAlerts>(services => services.GetRequiredService<AlertHost>());
        builder.Services.AddHostedService(services => services.GetRequiredService<AlertHost>());
        builder.Services.AddSingleton<HealthMemory>();
        builder.Services.AddSingleton<HealthHost>();
        builder.Services.AddSingleton<IHealth>(services => services.GetRequiredService<HealthHost>());
        builder.Services.AddHostedService(services => services.GetRequiredService<HealthHost>());
        builder.Services.AddSingleton<HealthHistory>();
        builder.Services.AddSingleton<ICatalogueDocument, RuleFile>();
        builder.Services.AddHandling().AddNotifications().AddSingleton<ExternalAlerts>();
        return builder;
    }

    public static WebApplication MapAlerts(this WebApplication app)
    {
        app.MapHandling();
        app.MapNotifications();
        AlertmanagerEndpoints.Map(app);
        return app;
    }
}
