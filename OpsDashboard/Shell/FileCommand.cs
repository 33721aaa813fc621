using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Live;
using OpsDashboard.Incidents;
using OpsDashboard.Logs;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Objectives;
using OpsDashboard.OnCall;
using OpsDashboard.Runbooks;
using OpsDashboard.Storage;

namespace OpsDashboard.Shell;

/// <summary>What the commands share that read a catalogue's files without the running program: <c>&lt;folder&gt; [--environment name]</c>, and the parts that read.</summary>
sealed record FileCommand(string Folder, string? Environment)
{
    /// <summary>The arguments, or null where they are not of the form.</summary>
    public static FileCommand? Of(string[] args) => args switch
    {
        [var folder] when !folder.StartsWith('-') => new(folder, null),
        [var folder, "--environment", var environment] when !folder.StartsWith('-') => new(folder, environment),
        _ => null,
    };

    /// <summary>The program's parts that read files; nothing of it starts.</summary>
    public static WebApplicationBuilder Parts()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.AddStorage().AddAudit().AddAccess().AddHttp().AddLive().AddCatalogue();
        builder.AddMetrics().AddPromQl().AddCollectors().AddLogs().AddAlerts().AddOnCallFiles().AddRunbookFiles().AddIncidentFiles().AddObjectives();
        return builder;
    }
}
