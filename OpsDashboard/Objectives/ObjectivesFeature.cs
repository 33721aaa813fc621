using OpsDashboard.Catalogue;
using OpsDashboard.Objectives.Entries;

namespace OpsDashboard.Objectives;

public static class ObjectivesFeature
{
    public static WebApplicationBuilder AddObjectives(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ICatalogueDocument, KpiFile>();
        builder.Services.AddSingleton<KpiCalculator>().AddSingleton<KpiReports>();
        builder.Services.AddSingleton<EnteredFigures>().AddHostedService<EnteredFigureHost>();
        return builder;
    }

    public static WebApplication MapObjectives(this WebApplication app)
    {
        app.MapKpis();
        app.MapEnteredFigures();
        return app;
    }
}
