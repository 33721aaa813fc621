using OpsDashboard.Access;
using OpsDashboard.Live;
using OpsDashboard.Metrics.Charts.Live;

namespace OpsDashboard.Metrics.Charts;

/// <summary>Live figures and charts: what the hub follows for them, and their history.</summary>
public static class ChartsFeature
{
    public static WebApplicationBuilder AddCharts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ILiveSource, MetricLiveSource>();
        builder.Services.AddSingleton<ChartHistory>().AddSingleton<PanelTables>().AddSingleton<PeakReader>();
        return builder;
    }

    public static WebApplication MapCharts(this WebApplication app)
    {
        app.MapGet("/api/charts/history", ChartHistoryEndpoint.AnswerAsync)
            .RequirePermission(Permission.ReadMetrics)
            .WithSummary("What a chart shows before it goes live: aligned values of one or more expressions, and the markers of the span.");
        app.MapGet("/api/charts/markers", ChartHistoryEndpoint.MarkersAsync)
            .RequirePermission(Permission.ReadMetrics)
            .WithSummary("What happened in a span of time, for charts: alerts, anomalies, faults and changes.");
        app.MapGet("/api/charts/peak", ChartHistoryEndpoint.PeakAsync)
            .RequirePermission(Permission.ReadMetrics)
            .WithSummary("The hour of the day that is highest by the last seven days, and the highest value of the last 24 hours.");
        app.MapGet("/api/dashboards.csv", DashboardCsv.AnswerAsync)
            .RequirePermission(Permission.ReadMetrics)
            .WithSummary("The trend report behind a dashboard of a system as CSV: ?system=id&dashboard=id&range=1h.");
        return app;
    }
}
