using OpsDashboard.Alerts.Api;
using OpsDashboard.Alerts.Editing;
using OpsDashboard.Alerts.Evaluation;
using OpsDashboard.Alerts.External;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Story;
using OpsDashboard.Alerts.Trials;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Charts;

namespace OpsDashboard.Alerts;

public static class AlertsFeature
{
    public static WebApplicationBuilder AddAlerts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AlertStore>();
        builder.Services.AddSingleton<AlertBook>();
        builder.Services.AddSingleton<AlertQuery>();
        builder.Services.AddSingleton<EvaluatorLease>();
        builder.Services.AddSingleton<EvaluationParts>();
        builder.Services.AddSingleton<RuleHost>();
        builder.Services.AddSingleton<IAlerts>(services => services.GetRequiredService<RuleHost>());
        builder.Services.AddHostedService(services => services.GetRequiredService<RuleHost>());
        builder.Services.AddHostedService<AlertTidyHost>();
        builder.Services.AddSingleton<HealthMemory>();
        builder.Services.AddSingleton<HealthHost>();
        builder.Services.AddSingleton<IHealth>(services => services.GetRequiredService<HealthHost>()).AddSingleton<IPartHealth, PartHealths>();
        builder.Services.AddHostedService(services => services.GetRequiredService<HealthHost>());
        builder.Services.AddSingleton<HealthHistory>();
        builder.Services.AddSingleton<IChartMarkers, AlertMarkers>();
        builder.Services.AddSingleton<ICatalogueDocument, RuleFile>();
        builder.Services.AddSingleton<ICatalogueDocument, RuleOpsFile>();
        builder.Services.AddSingleton<Inhibition>();
        builder.Services.AddSingleton<BackTest>();
        builder.Services.AddSingleton<UsualRange>();
        builder.Services.AddSingleton<RuleEditor>();
        builder.Services.AddAlertStory();
        builder.Services.AddHandling().AddNotifications().AddSingleton<ExternalAlerts>();
        return builder;
    }

    public static WebApplication MapAlerts(this WebApplication app)
    {
        app.MapHandling();
        app.MapPrometheusRules();
        app.MapAlertEndpoints();
        app.MapRuleEndpoints();
        app.MapRuleEditing();
        app.MapNotifications();
        AlertmanagerEndpoints.Map(app);
        return app;
    }
}
