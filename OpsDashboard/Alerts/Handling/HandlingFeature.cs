using OpsDashboard.Alerts.Silences;

namespace OpsDashboard.Alerts.Handling;

/// <summary>What people make of alerts: acknowledgements and silences.</summary>
static class HandlingFeature
{
    public static IServiceCollection AddHandling(this IServiceCollection services) => services
        .AddSingleton<Acknowledgements>()
        .AddSingleton<SilenceBook>()
        .AddSingleton<HandledAlerts>()
        .AddHostedService<HandlingHost>();

    public static void MapHandling(this IEndpointRouteBuilder routes)
    {
        AlertEndpoints.Map(routes);
        AlertForms.Map(routes);
        SilenceEndpoints.Map(routes);
    }
}
