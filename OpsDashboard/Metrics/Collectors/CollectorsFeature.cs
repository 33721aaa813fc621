using Microsoft.Extensions.DependencyInjection.Extensions;
using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Beacons;
using OpsDashboard.Metrics.Collectors.Heartbeats;
using OpsDashboard.Metrics.Collectors.Hosting;
using OpsDashboard.Metrics.Collectors.Http;
using OpsDashboard.Metrics.Collectors.Json;
using OpsDashboard.Metrics.Collectors.Machine;
using OpsDashboard.Metrics.Collectors.Postgres;
using OpsDashboard.Metrics.Collectors.Probes;
using OpsDashboard.Metrics.Collectors.Prometheus;
using OpsDashboard.Metrics.Collectors.Redis;
using OpsDashboard.Metrics.Collectors.Self;
using OpsDashboard.Metrics.Collectors.Sql;

namespace OpsDashboard.Metrics.Collectors;

public static class CollectorsFeature
{
    public static WebApplicationBuilder AddCollectors(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ITargetTrial, TargetTrial>();
        builder.Services.AddSingleton<PausedTargets>();
        builder.Services.AddSingleton<CollectorHost>();
        builder.Services.AddSingleton<ICollectorStates>(services => services.GetRequiredService<CollectorHost>());
        builder.Services.AddSingleton<ICollectorControl, CollectorControl>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CollectorHost>());
        builder.Services.AddSingleton<CollectorHttp>();
        builder.Services.AddSingleton<ProbeHttp>();
        builder.Services.AddCollector<PrometheusKind>();
        builder.Services.AddCollector<HttpProbeKind>();
        builder.Services.AddCollector<TcpProbeKind>();
        builder.Services.AddCollector<JsonKind>();
        builder.Services.AddSingleton<Func<ISampleQuery>>(services => services.GetRequiredService<ISampleQuery>);
        builder.Services.AddCollector<HostKind>();
        AddSelf(builder.Services);
        builder.Services.AddCollector<PostgresKind>();
        builder.Services.AddCollector<RedisKind>();
        builder.Services.AddCollector<SqlKind>();
        builder.Services.AddSingleton<BeaconIntake>().AddCollector<BeaconKind>();
        builder.Services.AddSingleton<Heartbeats.Heartbeats>().AddCollector<HeartbeatKind>();
        return builder;
    }

    public static WebApplication MapCollectors(this WebApplication app)
    {
        app.MapBeacons();
        CollectorEndpoints.Map(app);
        app.MapGet("/metrics", (SelfReport report) => Results.Text(report.Read().ToText(), "text/plain; version=0.0.4; charset=utf-8")).RequirePermission(Permission.ReadMetrics);
        app.MapHeartbeats();
        return app;
    }

    static void AddSelf(IServiceCollection services)
    {
        services.AddSingleton<SelfReport>();
        services.AddCollector<SelfKind>();
        services.AddSingleton<RuntimeMeters>();
        services.AddHostedService(provider => provider.GetRequiredService<RuntimeMeters>());
        services.AddSingleton<ISelfFigures>(provider => provider.GetRequiredService<RuntimeMeters>());
        services.AddSingleton<ISelfFigures, ProcessFigures>();
        services.AddSingleton<ISelfFigures, CollectorFigures>();
        services.AddSingleton<ISelfFigures, StoreFigures>();
    }

    /// <summary>Makes a kind of collector known to the host and to the catalogue: the one registration that a new kind needs.</summary>
    public static IServiceCollection AddCollector<TKind>(this IServiceCollection services) where TKind : class, ICollectorKind
    {
        services.AddSingleton<TKind>();
        services.AddSingleton<ICollectorKind>(provider => provider.GetRequiredService<TKind>());
        services.AddSingleton<ITargetKind>(provider => provider.GetRequiredService<TKind>());
        return services;
    }
}
