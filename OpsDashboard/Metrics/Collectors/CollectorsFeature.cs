namespace OpsDashboard.Metrics.Collectors;

public static class CollectorsFeature
{
    public static WebApplicationBuilder AddCollectors(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapCollectors(this WebApplication app)
    {
        return app;
    }
}
