using OpsDashboard.Alerts.Story;
using OpsDashboard.Shell.Overview;
using OpsDashboard.Shell.AccountPages;
using OpsDashboard.Shell.AuditPages;
using OpsDashboard.Shell.Drills;
using OpsDashboard.Shell.Faults;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Runbooks;
using OpsDashboard.Shell.Systems;
using OpsDashboard.Ui;

namespace OpsDashboard.Shell;

/// <summary>The frame around every page: Razor components, static files, error pages.</summary>
public static class ShellFeature
{
    public static WebApplicationBuilder AddShell(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents()
            // A field whose text is longer than this ends the circuit: whole documents of the catalogue are edited in one.
            .AddHubOptions(options => options.MaximumReceiveMessageSize = 1024 * 1024);
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddScoped<Browser>();
        builder.Services.AddSingleton<LatelyChanged>();
        builder.Services.AddSingleton<IChartMarkers, ChangeMarkers>();
        builder.Services.AddSingleton<IWhatChanged>(services => services.GetRequiredService<LatelyChanged>());
        builder.Services.AddSingleton<IPulse, MonitoringPulse>();
        builder.Services.AddSingleton<IPaletteSource, SystemPalette>();
        builder.AddFaults();
        builder.Services.AddSingleton<DrillDesk>().AddSingleton<IDrills>(services => services.GetRequiredService<DrillDesk>()).AddHostedService<DrillHost>();
        return builder;
    }

    public static WebApplication MapShell(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapAuditLog();
        app.MapAccounts();
        app.MapTokens();
        app.MapFaults();
        app.MapDrills();
        app.MapSystems();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
