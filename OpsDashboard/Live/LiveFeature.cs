namespace OpsDashboard.Live;

public static class LiveFeature
{
    public static WebApplicationBuilder AddLive(this WebApplicationBuilder builder)
    {
        return builder;
    }

    public static WebApplication MapLive(this WebApplication app)
    {
        return app;
    }
}
