using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using OpsDashboard.Http;
using OpsDashboard.Live;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Storage;

namespace OpsDashboard.Shell;

/// <summary><c>OpsDashboard check-route &lt;folder&gt; name=value…</c>: where an alert with these labels would go, one receiver a line.</summary>
static class RouteCommand
{
    public const string Usage = "Usage: OpsDashboard check-route <folder> <label>=<value>…";

    public static async Task<int> RunAsync(string[] args, TextWriter output, TimeProvider clock)
    {
        if (args.Length < 2 || args[1..].Any(pair => pair.IndexOf('=') < 1))
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.AddStorage().AddAudit().AddAccess().AddHttp().AddLive().AddCatalogue();
        builder.AddMetrics().AddPromQl().AddAlerts();
        await using var app = builder.Build();
        var files = CatalogueFiles.Read(args[0]);
        var environment = Variables.Environments(files).FirstOrDefault("production");
        var reading = app.Services.GetRequiredService<CatalogueReader>().Read(files, environment, CatalogueOptions.Overrides(builder.Configuration));
        var problems = reading.Problems.Where(problem => !problem.IsWarning && !problem.File.Contains('/')).ToArray();
        foreach (var problem in problems)
            await output.WriteLineAsync(problem.ToString());
        if (problems.Length > 0)
            return 1;
        var labels = Labels.From(args[1..].Select(pair => pair.Split('=', 2)).Select(pair => new Label(pair[0], pair[1])));
        foreach (var step in RoutingTable.Of(CatalogueSnapshot.Empty with { Documents = reading.Documents }).Test(labels, clock.GetUtcNow()))
        {
            var methods = step.Methods.Count > 0 ? string.Join(", ", step.Methods) : "nothing";
            await output.WriteLineAsync($"{step.Receiver} ({methods}){(step.IsMuted ? ", muted now" : "")}{(step.Line > 0 ? $" by alertmanager.yml:{step.Line}" : "")}, group {step.Group}, after {PrometheusDuration.Format(step.GroupWait)}");
        }
        return 0;
    }
}
