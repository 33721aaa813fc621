using OpsDashboard.Access;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.Logs.Counters;
using OpsDashboard.Logs.Files;
using OpsDashboard.Logs.Live;
using OpsDashboard.Logs.Otlp;

namespace OpsDashboard.Logs;

/// <summary>The ways in that are not JSON lines, and what follows lines as they come: OTLP, files, counters, live tail.</summary>
static class LogFollowing
{
    public static WebApplicationBuilder AddLogFollowing(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ICatalogueDocument, LogsFile>();
        services.AddSingleton<FileTails>().AddSingleton<IFollowedFiles, FollowedFileQuery>().AddHostedService<FileTailHost>();
        services.AddSingleton(_ => new LogCounters(Environment.MachineName)).AddHostedService<LogCounterHost>();
        services.AddSingleton<LogLiveSource>().AddSingleton<ILiveSource>(provider => provider.GetRequiredService<LogLiveSource>());
        services.AddHostedService<ReplicaLines>();
        return builder;
    }

    public static void MapLogFollowing(this IEndpointRouteBuilder app)
    {
        app.MapOtlpLogs();
        app.MapGet("/api/logs/files", FilesAsync).RequirePermission(Permission.ReadLogs).WithTags("Logs").WithSummary("The files that are followed, how far they were read, and what is wrong with them.");
    }

    static async Task<IResult> FilesAsync(IFollowedFiles files, ICurrentActor current, CancellationToken stop)
    {
        var list = await files.ReadAsync(await current.GetAsync(), stop);
        return Results.Json(new { items = list.Files, next = (string?)null, isHere = list.IsHere }, Http.Json.Options);
    }
}
