using OpsDashboard.Metrics.Store;

namespace OpsDashboard.Metrics;

public static class MetricsFeature
{
    public static WebApplicationBuilder AddMetrics(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection("Metrics").Get<MetricsOptions>() ?? new();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(services => new MonotoneClock(services.GetService<TimeProvider>() ?? TimeProvider.System));
        builder.Services.AddSingleton<SampleStore>();
        builder.Services.AddSingleton<ISampleAppender>(services => services.GetRequiredService<SampleStore>());
        builder.Services.AddSingleton<ISampleQuery>(services => services.GetRequiredService<SampleStore>());
        return builder;
    }

    public static WebApplication MapMetrics(this WebApplication app)
    {
        return app;
    }
}
