namespace OpsDashboard.Logs;

public static class LogsFeature
{
    public static WebApplicationBuilder AddLogs(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapLogs(this WebApplication app) => app;
}
