using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Catalogue;
using OpsDashboard.Incidents.Api;
using OpsDashboard.Incidents.Bundles;
using OpsDashboard.Incidents.Leading;
using OpsDashboard.Incidents.Public;
using OpsDashboard.Incidents.Reading;
using OpsDashboard.Incidents.Scribe;
using OpsDashboard.Incidents.Store;
using OpsDashboard.Incidents.Telling;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Ui;

namespace OpsDashboard.Incidents;

public static class IncidentsFeature
{
    public static WebApplicationBuilder AddIncidents(this WebApplicationBuilder builder)
    {
        builder.AddIncidentFiles();
        builder.Services.AddSingleton<People>();
        builder.Services.AddSingleton<IncidentNews>().AddSingleton<IncidentStore>().AddSingleton<IncidentDesk>().AddSingleton<Advisor>().AddSingleton<IncidentArchive>().AddSingleton<IncidentBundles>().AddSingleton<Presence>();
        builder.Services.AddSingleton<Composer>().AddSingleton<UpdateDesk>().AddSingleton<PublicStatus>().AddSingleton<ISilenceLinks, WindowLinks>();
        builder.Services.AddSingleton<AlertScribe>().AddSingleton<EventScribe>().AddHostedService<ScribeHost>();
        builder.Services.AddSingleton<IChartMarkers, IncidentMarkers>().AddSingleton<IAlertButtons, AlertIncident>().AddSingleton<IMenuBadge, OpenIncidents>();
        return builder;
    }

    /// <summary>What is needed to read and judge the files alone.</summary>
    public static WebApplicationBuilder AddIncidentFiles(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ICatalogueDocument, IncidentFile>().AddSingleton<ICatalogueFolder, TemplateFolder>();
        return builder;
    }

    public static WebApplication MapIncidents(this WebApplication app)
    {
        IncidentEndpoints.Map(app);
        IncidentForms.Map(app);
        UpdateEndpoints.Map(app);
        PublicStatusEndpoints.Map(app);
        ReviewEndpoints.Map(app);
        NumberEndpoints.Map(app);
        return app;
    }
}
