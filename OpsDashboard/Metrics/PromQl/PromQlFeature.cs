using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.PromQl;

public static class PromQlFeature
{
    public static WebApplicationBuilder AddPromQl(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IExpressionSyntax, PromQlSyntax>();
        builder.Services.AddSingleton<IPromQl>(services => new PromQlEngine(services.GetRequiredService<ISampleQuery>(), services.GetService<TimeProvider>() ?? TimeProvider.System));
        return builder;
    }

    public static WebApplication MapPromQl(this WebApplication app)
    {
        return app;
    }
}
