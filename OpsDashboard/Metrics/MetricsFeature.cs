namespace OpsDashboard.Metrics;

public static class MetricsFeature
{
    public static WebApplicationBuilder AddMetrics(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapMetrics(this WebApplication app)
    {
        return app;
    }
}
