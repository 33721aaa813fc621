using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.PromQl.Api;

namespace OpsDashboard.Metrics.PromQl;

public static class PromQlFeature
{
    public static WebApplicationBuilder AddPromQl(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IExpressionSyntax, PromQlSyntax>();
        builder.Services.AddSingleton(_ => QueryOptions.Read(builder.Configuration));
        builder.Services.AddSingleton(services => new QueryQueue(services.GetRequiredService<QueryOptions>(), Time(services)));
        builder.Services.AddSingleton<IPromQl>(services => new PromQlEngine(services.GetRequiredService<ISampleQuery>(), Time(services), queue: services.GetRequiredService<QueryQueue>()));
        builder.Services.AddScoped<ApiEndpoint>();
        return builder;
    }

    public static WebApplication MapPromQl(this WebApplication app)
    {
        KeepThreadsFor(app.Services.GetRequiredService<QueryOptions>());
        app.MapPrometheusApi();
        return app;
    }

    // A query computes without a pause: with a thread for each place, the rules never wait behind users for one.
    static void KeepThreadsFor(QueryOptions options)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + options.Total), ports);
    }

    static TimeProvider Time(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;
}
