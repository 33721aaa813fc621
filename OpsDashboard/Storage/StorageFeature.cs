namespace OpsDashboard.Storage;

public static class StorageFeature
{
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapStorage(this WebApplication app)
    {
        return app;
    }
}
