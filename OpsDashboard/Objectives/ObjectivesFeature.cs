using OpsDashboard.Catalogue;

namespace OpsDashboard.Objectives;

public static class ObjectivesFeature
{
    public static WebApplicationBuilder AddObjectives(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ICatalogueDocument, KpiFile>();
        builder.Services.AddSingleton<KpiCalculator>().AddSingleton<KpiReports>();
        return builder;
    }

    public static WebApplication MapObjectives(this WebApplication app)
    {
        app.MapKpis();
        return app;
    }
}
