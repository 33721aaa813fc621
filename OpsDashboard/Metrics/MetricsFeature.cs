using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Store;
using OpsDashboard.Metrics.Store.Database;
using OpsDashboard.Storage;

namespace OpsDashboard.Metrics;

public static class MetricsFeature
{
    public static WebApplicationBuilder AddMetrics(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => ReadOptions(builder.Configuration));
        builder.Services.AddSingleton(services => new MonotoneClock(Time(services)));
        builder.Services.AddSingleton(services => SampleDatabases.Create(services.GetRequiredService<StorageOptions>()));
        builder.Services.AddSingleton(services => new SampleStore(services.GetRequiredService<MetricsOptions>(), services.GetRequiredService<ISampleDatabase>(),
            services.GetRequiredService<MonotoneClock>(), Time(services), services.GetService<IReplicaWake>()));
        builder.Services.AddSingleton<IReplicaWake, ReplicaWake>();
        builder.Services.AddSingleton<ISampleAppender>(services => services.GetRequiredService<SampleStore>());
        builder.Services.AddSingleton<ISampleQuery>(services => services.GetRequiredService<SampleStore>());
        builder.Services.AddSingleton<ISampleAggregates>(services => services.GetRequiredService<SampleStore>());
        builder.Services.AddSingleton<ISampleStoreHealth>(services => services.GetRequiredService<SampleStore>());
        builder.Services.AddSingleton<IReadinessCheck, SampleStoreReadiness>();
        builder.Services.AddHostedService<SampleStoreHost>();
        builder.Services.AddSingleton<ICatalogueDocument, DashboardFile>();
        return builder;
    }

    public static WebApplication MapMetrics(this WebApplication app)
    {
        return app;
    }

    static MetricsOptions ReadOptions(IConfiguration configuration)
    {
        var options = configuration.GetSection("Metrics").Get<MetricsOptions>() ?? new();
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? options : throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
    }

    static TimeProvider Time(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;
}
