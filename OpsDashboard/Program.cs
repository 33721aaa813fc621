using OpsDashboard.Access;
using OpsDashboard.Alerts;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Incidents;
using OpsDashboard.Live;
using OpsDashboard.Logs;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Charts;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Metrics.Intake;
using OpsDashboard.Metrics.Pages;
using OpsDashboard.Metrics.PromQl;
using OpsDashboard.Objectives;
using OpsDashboard.OnCall;
using OpsDashboard.Runbooks;
using OpsDashboard.Security;
using OpsDashboard.Shell;
using OpsDashboard.Simulator;
using OpsDashboard.Storage;

if (CommandLine.Find(args) is { } command)
    return await command(args[1..]);

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddStorage().AddAudit().AddAccess().AddHttp().AddLive().AddCatalogue();
    builder.AddMetrics().AddPromQl().AddIntake().AddCharts().AddExplorer().AddCollectors().AddLogs().AddAlerts().AddOnCall().AddRunbooks().AddIncidents().AddSecurity().AddObjectives().AddSimulator().AddShell();

    var app = builder.Build();
    app.MapHttp().MapAccess().MapAudit().MapStorage().MapLive().MapCatalogue();
    app.MapMetrics().MapPromQl().MapIntake().MapCharts().MapExplorer().MapCollectors().MapLogs().MapAlerts().MapOnCall().MapRunbooks().MapIncidents().MapSecurity().MapObjectives().MapSimulator().MapShell();
    await app.RunAsync();
    return 0;
}
catch (StartRefusedException refusal)
{
    await Console.Error.WriteLineAsync(refusal.Message);
    return 1;
}

/// <summary>Named so that tests can start the program in their own process.</summary>
public partial class Program;
