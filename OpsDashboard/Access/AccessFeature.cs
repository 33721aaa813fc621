namespace OpsDashboard.Access;

public static class AccessFeature
{
    public static WebApplicationBuilder AddAccess(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapAccess(this WebApplication app)
    {
        return app;
    }
}
