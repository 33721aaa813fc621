namespace OpsDashboard.Catalogue;

public static class CatalogueFeature
{
    public static WebApplicationBuilder AddCatalogue(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapCatalogue(this WebApplication app)
    {
        return app;
    }
}
