namespace OpsDashboard.Metrics.Pages;

public static class ExplorerFeature
{
    public static WebApplicationBuilder AddExplorer(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MetricBrowser>().AddSingleton<PinnedPanels>();
        return builder;
    }

    public static WebApplication MapExplorer(this WebApplication app)
    {
        app.MapPins();
        return app;
    }
}
