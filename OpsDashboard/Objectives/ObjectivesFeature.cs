using OpsDashboard.Catalogue;

namespace OpsDashboard.Objectives;

public static class ObjectivesFeature
{
    public static WebApplicationBuilder AddObjectives(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ICatalogueDocument, KpiFile>();
        return builder;
    }

    public static WebApplication MapObjectives(this WebApplication app)
    {
        return app;
    }
}
