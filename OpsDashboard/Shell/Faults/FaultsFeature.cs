using OpsDashboard.Audit;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Shell.Faults;

/// <summary>The fault panel and its API.</summary>
public static class FaultsFeature
{
    public static WebApplicationBuilder AddFaults(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => new SimulatorLink(services.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton<SimulatedSystems>();
        builder.Services.AddSingleton(services => new FaultDesk(services.GetRequiredService<SimulatorLink>(), services.GetRequiredService<IAuditLog>(),
            services.GetRequiredService<LeftOutSystems>(), services.GetRequiredService<CatalogueHost>().ReloadAsync));
        return builder;
    }
}
