using Microsoft.Extensions.DependencyInjection.Extensions;
using OpsDashboard.Catalogue.Drafts;
using OpsDashboard.Catalogue.History;
using OpsDashboard.Catalogue.Overlays;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Storage;

namespace OpsDashboard.Catalogue;

public static class CatalogueFeature
{
    public static WebApplicationBuilder AddCatalogue(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        // Read late: what is added after us (the simulator) may still choose the environment.
        builder.Services.AddSingleton(services => CatalogueOptions.From(services.GetRequiredService<IConfiguration>(), services.GetRequiredService<IHostEnvironment>()));
        builder.Services.AddSingleton<CatalogueReader>();
        builder.Services.AddSingleton<OverlayStore>();
        builder.Services.AddSingleton(services => new LeftOutSystems(Path.Combine(services.GetRequiredService<StorageOptions>().DataDirectory, "left-out-systems.json"), services.GetService<IAuditLog>()));
        builder.Services.AddSingleton<CatalogueHost>();
        builder.Services.AddSingleton(services => new CatalogueEditor(
            services.GetRequiredService<CatalogueHost>(), services.GetRequiredService<CatalogueReader>(), services.GetRequiredService<OverlayStore>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<DocumentDrafts>().AddSingleton<DocumentVersions>();
        builder.Services.AddSingleton<ICatalogue>(services => services.GetRequiredService<CatalogueHost>());
        builder.Services.AddHostedService(services => services.GetRequiredService<CatalogueHost>());
        builder.Services.AddHostedService<DocumentVersionHost>();
        return builder;
    }

    public static WebApplication MapCatalogue(this WebApplication app)
    {
        app.MapCatalogueApi();
        app.MapDraftApi();
        return app;
    }
}
