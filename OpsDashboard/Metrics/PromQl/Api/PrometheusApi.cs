using OpsDashboard.Access;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Metrics.PromQl.Api;

/// <summary>The read part of Prometheus' HTTP API under /api/v1, for Grafana, promtool and scripts that already speak it.</summary>
static class PrometheusApi
{
    /// <summary>The version whose language and API this is.</summary>
    const string ApiVersion = "3.0.0";

    public static void MapPrometheusApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").RequirePermission(Permission.ReadMetrics).WithTags("Prometheus API");
        Map(api, "/query", "Evaluates an expression at an instant.", QueryOperations.InstantAsync);
        Map(api, "/query_range", "Evaluates an expression at every step of a range.", QueryOperations.RangeAsync);
        Map(api, "/series", "Lists the series that satisfy selectors.", SeriesOperations.SeriesAsync);
        Map(api, "/labels", "Lists label names.", SeriesOperations.LabelNamesAsync);
        api.MapGet("/label/{name}/values", (HttpContext context, string name, ApiEndpoint endpoint) =>
            endpoint.RunAsync(context, call => SeriesOperations.LabelValuesAsync(call, name))).WithSummary("Lists the values of a label.");
        api.MapGet("/metadata", (HttpContext context, ApiEndpoint endpoint) =>
            endpoint.RunAsync(context, MetadataOperations.MetadataAsync)).WithSummary("Says what metrics are.");
        api.MapGet("/targets", (HttpContext context, ApiEndpoint endpoint, IServiceProvider services) =>
            endpoint.RunAsync(context, call => Task.FromResult(TargetOperations.Targets(call, services.GetService<ICollectorStates>())))).WithSummary("Lists what is collected.");
        api.MapGet("/status/buildinfo", (HttpContext context, ApiEndpoint endpoint) =>
            endpoint.RunAsync(context, _ => Task.FromResult(BuildInfo()))).WithSummary("Names the version of the API.");
    }

    static void Map(RouteGroupBuilder api, string path, string summary, Func<ApiCall, Task<ApiAnswer>> operation) =>
        api.MapMethods(path, [HttpMethods.Get, HttpMethods.Post], (HttpContext context, ApiEndpoint endpoint) => endpoint.RunAsync(context, operation)).WithSummary(summary);

    static ApiAnswer BuildInfo() => ApiAnswer.Ok(json =>
    {
        json.WriteStartObject();
        json.WriteString("version", ApiVersion);
        json.WriteString("revision", $"OpsDashboard {typeof(PrometheusApi).Assembly.GetName().Version}");
        json.WriteString("branch", "");
        json.WriteString("buildUser", "");
        json.WriteString("buildDate", "");
        json.WriteString("goVersion", "");
        json.WriteEndObject();
    });
}
