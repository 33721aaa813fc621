using OpsDashboard.Logs.Api;
using OpsDashboard.Logs.Search;
using OpsDashboard.Logs.Store;
using OpsDashboard.Logs.Store.Database;
using OpsDashboard.Metrics.Collectors.Self;
using OpsDashboard.Storage;

namespace OpsDashboard.Logs;

public static class LogsFeature
{
    public static WebApplicationBuilder AddLogs(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => ReadOptions(builder.Configuration));
        builder.Services.AddSingleton(services => LogDatabases.Create(services.GetRequiredService<StorageOptions>()));
        builder.Services.AddSingleton<LogFigures>();
        builder.Services.AddSingleton<ISelfFigures>(services => services.GetRequiredService<LogFigures>());
        builder.Services.AddSingleton<KnownLines>().AddSingleton<LogStore>();
        builder.Services.AddSingleton<ILogAppender>(services => services.GetRequiredService<LogStore>());
        builder.Services.AddSingleton<LogRetention>();
        builder.Services.AddHostedService<LogStoreHost>();
        builder.Services.AddSingleton<LogCounting>();
        builder.Services.AddSingleton<ILogQuery, LogQuery>();
        return builder.AddLogFollowing();
    }

    public static WebApplication MapLogs(this WebApplication app)
    {
        IngestEndpoint.Map(app);
        LogEndpoints.Map(app);
        app.MapLogFollowing();
        return app;
    }

    static LogsOptions ReadOptions(IConfiguration configuration)
    {
        var options = configuration.GetSection("Logs").Get<LogsOptions>() ?? new();
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? options : throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
    }
}
