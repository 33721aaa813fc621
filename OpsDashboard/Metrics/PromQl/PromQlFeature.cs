namespace OpsDashboard.Metrics.PromQl;

public static class PromQlFeature
{
    public static WebApplicationBuilder AddPromQl(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapPromQl(this WebApplication app)
    {
        return app;
    }
}
