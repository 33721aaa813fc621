using OpsDashboard.Catalogue;

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

    /// <summary>Makes a kind of collector known to the host and to the catalogue: the one registration that a new kind needs.</summary>
    public static IServiceCollection AddCollector<TKind>(this IServiceCollection services) where TKind : class, ICollectorKind
    {
        services.AddSingleton<TKind>();
        services.AddSingleton<ICollectorKind>(provider => provider.GetRequiredService<TKind>());
        services.AddSingleton<ITargetKind>(provider => provider.GetRequiredService<TKind>());
        return services;
    }
}
