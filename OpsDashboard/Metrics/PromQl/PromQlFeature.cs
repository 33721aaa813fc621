using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.PromQl.Api;

namespace OpsDashboard.Metrics.PromQl;

public static class PromQlFeature
{
    public static WebApplicationBuilder AddPromQl(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IExpressionSyntax, PromQlSyntax>();
        builder.Services.AddSingleton<IPromQl>(services => new PromQlEngine(services.GetRequiredService<ISampleQuery>(), services.GetService<TimeProvider>() ?? TimeProvider.System));
        builder.Services.AddScoped<ApiEndpoint>();
        return builder;
    }

    public static WebApplication MapPromQl(this WebApplication app)
    {
        app.MapPrometheusApi();
        return app;
    }
}
